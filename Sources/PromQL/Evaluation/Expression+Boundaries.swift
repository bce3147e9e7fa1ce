/// Which functions know what to do with `anchored` and `smoothed`.
extension Expression {
    /// Throws for the first call that does not.
    func checkBoundaries() throws(QueryFailure) {
        var failure: QueryFailure?
        forEach { part in
            guard failure == nil, case .call(let call) = part, case .rangeSelector(let range)? = call.mainOperand?.withoutParentheses,
                let boundary = range.selector.boundary, !boundary.functions.contains(call.name)
            else { return }
            failure = .execution(
                "\(boundary.rawValue) modifier can only be used with: \(boundary.functions.joined(separator: ", ")) - not with \(call.name)"
            )
        }
        if let failure { throw failure }
    }
}

extension RangeBoundary {
    /// In order of the alphabet.
    fileprivate var functions: [String] {
        switch self {
        case .anchored: ["changes", "delta", "increase", "rate", "resets"]
        case .smoothed: ["delta", "increase", "rate"]
        }
    }
}

import PostwatchModel

/// Functions that put the elements of an instant query in order. Over a range, order has no meaning.
extension Function {
    static let order: [Function] = [
        Function(name: "sort", work: .whole { (call, evaluator) throws(QueryFailure) in try byValue(call, evaluator) { $0 < $1 } }),
        Function(name: "sort_desc", work: .whole { (call, evaluator) throws(QueryFailure) in try byValue(call, evaluator) { $0 > $1 } }),
        Function(name: "sort_by_label", work: .whole { (call, evaluator) throws(QueryFailure) in try byLabel(call, evaluator) { $0 < 0 } }),
        Function(
            name: "sort_by_label_desc", work: .whole { (call, evaluator) throws(QueryFailure) in try byLabel(call, evaluator) { $0 > 0 } }),
    ]

    /// NaN comes last either way; histograms are left out.
    private static func byValue(
        _ call: FunctionCall, _ evaluator: Evaluator, _ precedes: (Double, Double) -> Bool
    ) throws(QueryFailure) -> Operand {
        let rows = try evaluator.vector(call.arguments[0])
        guard evaluator.grid.count == 1 else { return .vector(rows) }
        return .vector(
            rows.filter { !$0.values[0].isAbsent }.sorted { left, right in
                let (left, right) = (left.values[0], right.values[0])
                return left.isNaN || right.isNaN ? !left.isNaN : precedes(left, right)
            })
    }

    /// Numbers inside of values count as numbers: `node-2` comes before `node-10`.
    private static func byLabel(
        _ call: FunctionCall, _ evaluator: Evaluator, _ precedes: (Int) -> Bool
    ) throws(QueryFailure) -> Operand {
        let rows = try evaluator.vector(call.arguments[0])
        var labels: [String] = []
        for argument in call.arguments.dropFirst() { labels.append(try evaluator.string(argument)) }
        guard evaluator.grid.count == 1 else { return .vector(rows) }
        return .vector(
            rows.sorted { left, right in
                for label in labels {
                    let order = NaturalOrder.compare(left.labels[label] ?? "", right.labels[label] ?? "")
                    if order != 0 { return precedes(order) }
                }
                return precedes(LabelBytes.order(left.labels, right.labels))
            })
    }
}

/// Texts with numbers in them, as people order them.
enum NaturalOrder {
    /// Negative, zero or positive.
    static func compare(_ left: String, _ right: String) -> Int {
        var (left, right) = (Array(left.utf8)[...], Array(right.utf8)[...])
        while let first = left.first, let second = right.first {
            if isDigit(first), isDigit(second) {
                let (number, other) = (takeNumber(&left), takeNumber(&right))
                if number.count != other.count { return number.count - other.count }
                if number != other { return number.lexicographicallyPrecedes(other) ? -1 : 1 }
            } else {
                if first != second { return Int(first) - Int(second) }
                left.removeFirst()
                right.removeFirst()
            }
        }
        return left.count - right.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The digits at the front, without leading zeros.
    private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits.drop { $0 == 0x30 }
    }
}

extension LabelBytes {
    fileprivate static func order(_ left: LabelSet, _ right: LabelSet) -> Int {
        left.bytes.withUnsafeBytes { left in right.bytes.withUnsafeBytes { compare(left, $0) } }
    }
}

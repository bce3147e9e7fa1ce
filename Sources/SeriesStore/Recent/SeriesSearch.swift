import PostwatchModel

/// Which series satisfy some matchers: begun and ended by the label index. In between, values are tried on patterns, which may take long and
/// needs the index only to tell the values of the next few.
struct SeriesSearch: Sendable {
    /// What is known of one matcher.
    struct Term: Sendable {
        let matcher: LabelMatcher
        /// An absent label counts as the empty string. Where that satisfies the matcher, the series to be left out are easier to name than
        /// those to be found.
        let acceptsAbsence: Bool
        /// Label pairs whose series are wanted, or unwanted when absence is accepted.
        var pairs: ContiguousArray<UInt32>
        /// Those of which it is not known yet.
        var untested: ArraySlice<UInt32>
    }

    var terms: [Term]
    /// Series from this number on came later and are not looked at.
    let seriesCount: Int

    /// Some series may be found by what is known.
    var isHopeful: Bool { terms.allSatisfy { $0.acceptsAbsence || !$0.pairs.isEmpty || !$0.untested.isEmpty } }

    /// Label pairs whose values are to be tried next; `nil` when there are none.
    func next(_ limit: Int) -> ArraySlice<UInt32>? {
        guard isHopeful, let term = terms.first(where: { !$0.untested.isEmpty }) else { return nil }
        return term.untested.prefix(limit)
    }

    /// Tries the values of what `next` gave.
    mutating func test(_ values: [UnsafeRawBufferPointer]) {
        guard let index = terms.firstIndex(where: { !$0.untested.isEmpty }) else { return }
        let (matcher, acceptsAbsence) = (terms[index].matcher, terms[index].acceptsAbsence)
        for (pair, value) in zip(terms[index].untested, values)
        where matcher.matches(String(decoding: value, as: UTF8.self)) != acceptsAbsence {
            terms[index].pairs.append(pair)
        }
        terms[index].untested = terms[index].untested.dropFirst(values.count)
    }
}

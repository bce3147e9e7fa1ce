import PostwatchModel

extension PromQLQuery {
    /// The matchers of every selector of the query, each list once, in the order in which they stand there.
    public var selectors: [[LabelMatcher]] {
        var selectors: [[LabelMatcher]] = []
        expression.forEach { part in
            let selector: VectorSelector
            switch part {
            case .vectorSelector(let found): selector = found
            case .rangeSelector(let found): selector = found.selector
            default: return
            }
            if !selectors.contains(selector.matchers) { selectors.append(selector.matchers) }
        }
        return selectors
    }

    /// The matchers of a series selector as it stands in `match[]`: a metric, matchers in braces, or both, and nothing else. Never empty.
    /// Throws `PromQLFault`, also when the empty label satisfies every matcher: that would be every series there is.
    public static func selectorMatchers(parsing text: String) throws(PromQLFault) -> [LabelMatcher] {
        let selector = try Parser.parseSelector(text)
        guard selector.matchers.contains(where: { !$0.matches("") }) else {
            throw PromQLFault(
                SourcePosition(offset: selector.range.start, in: Array(text.utf8)),
                "match[] must contain at least one non-empty matcher",
                expected: "at least one matcher that the empty label does not satisfy")
        }
        return selector.matchers
    }
}

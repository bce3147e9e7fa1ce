import PostwatchModel

/// Selectors with their matchers, ranges, `offset` and `@`.
extension Parser {
    /// A primary with everything that may stand behind it.
    mutating func postfix() throws(PromQLFault) -> Expression {
        let start = current.position
        var expression = try primary()
        while true {
            if current.isSymbol("[") {
                expression = try ranged(expression, from: start)
            } else if current.isKeyword("offset") {
                let keyword = current
                advance()
                let offset = try signedDuration()
                try shift(&expression, at: keyword) {
                    $0.offset == nil
                } change: {
                    $0.offset = offset
                }
            } else if current.isSymbol("@") {
                let sign = current
                advance()
                let anchor = try self.anchor()
                try shift(&expression, at: sign) {
                    $0.anchor == nil
                } change: {
                    $0.anchor = anchor
                }
            } else {
                return expression
            }
        }
    }

    /// The matchers behind the name of a metric, or without one.
    mutating func selector(named name: Token?) throws(PromQLFault) -> VectorSelector {
        let start = name?.position ?? current.position
        var matchers: [LabelMatcher] = []
        if current.isSymbol("{") {
            advance()
            while !current.isSymbol("}") {
                matchers.append(try matcher(hasName: name != nil || matchers.contains { $0.name == LabelSet.metricNameLabel }))
                guard current.isSymbol(",") else { break }
                advance()
            }
            try expect("}", "\",\" or \"}\" behind a matcher")
        }
        if let name {
            if matchers.contains(where: { $0.name == LabelSet.metricNameLabel }) {
                throw PromQLFault(start, found: "the metric's name twice", expected: "it once")
            }
            matchers.insert(LabelMatcher(LabelSet.metricNameLabel, equals: name.text), at: 0)
        }
        // Such a selector would select every series there is, most likely by mistake.
        guard matchers.contains(where: { !$0.matches("") }) else {
            throw PromQLFault(start, found: "a selector that the empty label satisfies", expected: "at least one matcher that it does not")
        }
        return VectorSelector(matchers: matchers)
    }

    // MARK: - Private

    private mutating func matcher(hasName: Bool) throws(PromQLFault) -> LabelMatcher {
        let label = current
        guard label.kind == .identifier || label.kind == .string else { throw fault(expected: "the name of a label") }
        advance()
        if label.kind == .string && (current.isSymbol(",") || current.isSymbol("}")) {
            guard !hasName else { throw PromQLFault(label.position, found: "the metric's name twice", expected: "it once") }
            return LabelMatcher(LabelSet.metricNameLabel, equals: label.text)
        }
        guard current.kind == .symbol, let operation = LabelMatcher.Operation(rawValue: current.text) else {
            throw fault(expected: "one of = != =~ !~")
        }
        advance()
        let value = current
        guard value.kind == .string else { throw fault(expected: "a label's value in quotes") }
        advance()
        do {
            return try LabelMatcher(label.text, operation, value.text)
        } catch {
            throw PromQLFault(value.position, found: value.excerpt, expected: "a regular expression in RE2 syntax")
        }
    }

    private mutating func ranged(_ expression: Expression, from start: SourcePosition) throws(PromQLFault) -> Expression {
        let bracket = current
        advance()
        let range = try positiveDuration("range")
        if current.isSymbol(":") {
            advance()
            let step = current.isSymbol("]") ? nil : try positiveDuration("step")
            try expect("]")
            guard expression.type == .instantVector else {
                throw PromQLFault(start, found: "a subquery over a \(expression.type.rawValue)", expected: "an instant vector")
            }
            return .subquery(Subquery(expression: expression, range: range, step: step))
        }
        try expect("]", "\"]\" or \":\" and a step")
        guard case .vectorSelector(let selector) = expression else {
            throw PromQLFault(
                bracket.position, found: "a range behind something else than a selector", expected: "a selector or a subquery")
        }
        guard selector.shift == TimeShift() else {
            throw PromQLFault(bracket.position, found: "a range behind offset or @", expected: "offset and @ behind the range")
        }
        return .rangeSelector(RangeSelector(selector: selector, range: range))
    }

    private func shift(
        _ expression: inout Expression, at token: Token, isFree: (TimeShift) -> Bool, change: (inout TimeShift) -> Void
    ) throws(PromQLFault) {
        var shift: TimeShift
        switch expression {
        case .vectorSelector(let selector): shift = selector.shift
        case .rangeSelector(let range): shift = range.selector.shift
        case .subquery(let subquery): shift = subquery.shift
        default:
            throw PromQLFault(token.position, found: token.excerpt, expected: "it only behind a selector or a subquery")
        }
        guard isFree(shift) else { throw PromQLFault(token.position, found: "\(token.excerpt) a second time", expected: "it once") }
        change(&shift)
        switch expression {
        case .vectorSelector(var selector):
            selector.shift = shift
            expression = .vectorSelector(selector)
        case .rangeSelector(var range):
            range.selector.shift = shift
            expression = .rangeSelector(range)
        case .subquery(var subquery):
            subquery.shift = shift
            expression = .subquery(subquery)
        default: break
        }
    }

    private mutating func anchor() throws(PromQLFault) -> TimeShift.Anchor {
        for (keyword, anchor) in [("start", TimeShift.Anchor.queryStart), ("end", .queryEnd)] where current.isKeyword(keyword) {
            advance()
            try expect("(")
            try expect(")")
            return anchor
        }
        let sign = try self.sign()
        guard let seconds = secondsLiteral else { throw fault(expected: "a time in seconds, start() or end()") }
        guard seconds.isFinite, abs(seconds) < 9e15 else { throw fault(expected: "a time within bounds") }
        advance()
        return .moment(Timestamp(seconds: sign * seconds))
    }

    private mutating func signedDuration() throws(PromQLFault) -> Duration {
        let sign = try self.sign()
        guard let seconds = secondsLiteral, let duration = Self.duration(sign * seconds) else {
            throw fault(expected: "a duration such as 5m")
        }
        advance()
        return duration
    }

    private mutating func positiveDuration(_ purpose: String) throws(PromQLFault) -> Duration {
        guard let seconds = secondsLiteral, let duration = Self.duration(seconds), duration > .zero else {
            throw fault(expected: "a \(purpose) such as 5m")
        }
        advance()
        return duration
    }

    private mutating func sign() throws(PromQLFault) -> Double {
        guard current.isSymbol("-") || current.isSymbol("+") else { return 1 }
        defer { advance() }
        return current.text == "-" ? -1 : 1
    }

    /// Numbers and durations stand for each other since Prometheus 3.
    private var secondsLiteral: Double? {
        switch current.kind {
        case .number(let value): value
        case .duration(let duration): duration.seconds
        case .identifier, .string, .symbol, .end: nil
        }
    }

    private static func duration(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, abs(seconds) < 9e15 else { return nil }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }
}

import PostwatchModel

/// Selectors with their matchers, and what may stand behind them: ranges, `offset`, `@`, `anchored`, `smoothed`.
extension Parser {
    /// A primary with everything that may stand behind it.
    mutating func postfix() throws(PromQLFault) -> Expression {
        var expression = try primary()
        while true {
            switch current.kind {
            case .symbol(.openBracket): expression = try ranged(expression)
            case .symbol(.at): try anchor(&expression)
            case .keyword(.offset): try offset(&expression)
            case .keyword(.anchored): try extend(&expression, .anchored)
            case .keyword(.smoothed): try extend(&expression, .smoothed)
            default: return expression
            }
        }
    }

    /// Takes the name of a metric that stands without quotes, if there is one.
    mutating func metricName() throws(PromQLFault) -> Token? {
        let token = current
        switch token.kind {
        case .identifier, .metricIdentifier: break
        case .keyword(let keyword) where keyword.isMetricName: break
        case .keyword, .number, .duration, .string, .symbol, .end, .fault: return nil
        }
        advance()
        return token
    }

    /// The matchers behind the name of a metric, or without one.
    mutating func selector(named name: Token?) throws(PromQLFault) -> VectorSelector {
        let start = name?.range ?? current.range
        var matchers: [LabelMatcher] = []
        if take(.openBrace) {
            while !current.isSymbol(.closeBrace) {
                matchers.append(try matcher())
                guard take(.comma) else { break }
            }
            try expect(.closeBrace, in: "label matching", expected: "\",\" or \"}\"")
        }
        if let name {
            if let second = matchers.first(where: { $0.name == LabelSet.metricNameLabel }) {
                throw fault(
                    "metric name must not be set twice: \(name.text.quoted) or \(second.value.quoted)", at: start,
                    expected: "the metric's name once")
            }
            matchers.append(LabelMatcher(LabelSet.metricNameLabel, equals: name.text))
        }
        return VectorSelector(matchers: matchers, writtenName: name?.text, range: range(from: start))
    }

    // MARK: - Matchers

    private mutating func matcher() throws(PromQLFault) -> LabelMatcher {
        let context = "label matching"
        let label = current
        let name: String
        switch label.kind {
        case .identifier: name = label.text
        case .string(let text): name = text
        case .metricIdentifier, .keyword, .number, .duration, .symbol, .end, .fault:
            throw unexpected(in: context, expected: "identifier or \"}\"")
        }
        advance()
        if label.kind != .identifier, current.isSymbol(.comma) || current.isSymbol(.closeBrace) {
            return LabelMatcher(LabelSet.metricNameLabel, equals: name)
        }
        guard case .symbol(let symbol) = current.kind, let operation = LabelMatcher.Operation(rawValue: symbol.rawValue) else {
            throw unexpected(in: context, expected: "label matching operator")
        }
        advance()
        guard case .string(let value) = current.kind else { throw unexpected(in: context, expected: "string") }
        advance()
        do {
            return try LabelMatcher(name, operation, value)
        } catch {
            throw fault(
                "error parsing regexp: \(value.quoted) is not a regular expression in RE2 syntax", at: label.range,
                found: value.quoted, expected: "a regular expression in RE2 syntax")
        }
    }

    // MARK: Ranges

    private mutating func ranged(_ expression: Expression) throws(PromQLFault) -> Expression {
        let bracket = current
        advance()
        let durations = "number, duration, step(), or range()"
        let length = try positiveDuration(in: "subquery or range selector", expected: durations)
        if take(.colon) {
            // Subqueries of subqueries are of no type, but that is found out later.
            try countOperator()
            var step: DurationExpression?
            if !current.isSymbol(.closeBracket) {
                step = try positiveDuration(in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
            }
            try expect(.closeBracket, in: "subquery selector")
            return .subquery(Subquery(expression: expression, length: length, step: step, range: range(from: expression.range)))
        }
        try expect(.closeBracket, in: "subquery or range", expected: "\":\" or \"]\"")
        guard case .vectorSelector(let selector) = expression else {
            throw fault(
                "ranges only allowed for vector selectors", at: bracket.range, expected: "a selector, or a subquery such as [1h:5m]")
        }
        guard selector.shift.offset == nil else {
            throw fault("no offset modifiers allowed before range", at: bracket.range, expected: "offset behind the range")
        }
        guard selector.shift.anchor == nil else {
            throw fault("no @ modifiers allowed before range", at: bracket.range, expected: "@ behind the range")
        }
        return .rangeSelector(RangeSelector(selector: selector, length: length, range: range(from: selector.range)))
    }

    // MARK: Modifiers

    private mutating func offset(_ expression: inout Expression) throws(PromQLFault) {
        advance()
        let offset = try offsetDuration()
        guard let shift = expression.shift else {
            throw misplaced("offset modifier", behind: expression)
        }
        guard shift.offset == nil else {
            throw fault("offset may not be set multiple times", at: expression.range, expected: "one offset")
        }
        let isNone = offset.constant == .zero
        modify(&expression) { $0.offset = isNone ? nil : offset }
    }

    private mutating func anchor(_ expression: inout Expression) throws(PromQLFault) {
        advance()
        let anchor = try self.anchor(of: expression)
        guard let shift = expression.shift else { throw misplaced("@ modifier", behind: expression) }
        guard shift.anchor == nil else {
            throw fault("@ <timestamp> may not be set multiple times", at: expression.range, expected: "one @")
        }
        modify(&expression) { $0.anchor = anchor }
    }

    private mutating func anchor(of expression: Expression) throws(PromQLFault) -> TimeShift.Anchor {
        if current.kind == .identifier, let anchor = TimeShift.Anchor(word: current.text.lowercased()) {
            advance()
            try expect(.openParenthesis)
            try expect(.closeParenthesis)
            return anchor
        }
        let isNegative = current.isSymbol(.minus)
        if isNegative || current.isSymbol(.plus) { advance() }
        guard let literal = numberLiteral else { throw unexpected(in: "@", expected: "timestamp") }
        // Farther than 70,000 years from 1970 the text of a timestamp in seconds no longer tells its milliseconds.
        guard literal.value.isFinite, abs(literal.value) < 0x1p51 / 1000 else {
            throw fault(
                "timestamp out of bounds for @ modifier: \(literal.value.prometheusText)", at: expression.range,
                expected: "a time in seconds since 1970")
        }
        advance()
        return .moment(Timestamp(seconds: isNegative ? -literal.value : literal.value))
    }

    private mutating func extend(_ expression: inout Expression, _ boundary: RangeBoundary) throws(PromQLFault) {
        let word = boundary.rawValue
        advance()
        guard allowsExperimental else {
            throw fault("\(word) modifier is experimental and not enabled", at: expression.range, expected: Self.experimentalFeatures)
        }
        func set(_ selector: inout VectorSelector) throws(PromQLFault) {
            guard selector.boundary == nil || selector.boundary == boundary else {
                throw fault(
                    "anchored and smoothed modifiers cannot be used together", at: expression.range, expected: "one of the two")
            }
            selector.boundary = boundary
            selector.range = range(from: selector.range)
        }
        switch expression {
        case .vectorSelector(var selector):
            try set(&selector)
            expression = .vectorSelector(selector)
        case .rangeSelector(var ranged):
            try set(&ranged.selector)
            ranged.range = range(from: ranged.range)
            expression = .rangeSelector(ranged)
        case .subquery:
            throw fault("\(word) modifier is not supported for subqueries", at: expression.range, expected: "it behind a selector")
        case .number, .string, .unary, .parentheses, .binary, .aggregation, .call:
            throw fault("\(word) modifier must be preceded by a selector", at: expression.range, expected: "it behind a selector")
        }
    }

    private func misplaced(_ modifier: String, behind expression: Expression) -> PromQLFault {
        fault(
            "\(modifier) must be preceded by an instant vector selector or range vector selector or a subquery", at: expression.range,
            expected: "it behind a selector or a subquery")
    }

    private func modify(_ expression: inout Expression, _ change: (inout TimeShift) -> Void) {
        switch expression {
        case .vectorSelector(var selector):
            change(&selector.shift)
            selector.range = range(from: selector.range)
            expression = .vectorSelector(selector)
        case .rangeSelector(var ranged):
            change(&ranged.selector.shift)
            ranged.range = range(from: ranged.range)
            expression = .rangeSelector(ranged)
        case .subquery(var subquery):
            change(&subquery.shift)
            subquery.range = range(from: subquery.range)
            expression = .subquery(subquery)
        case .number, .string, .unary, .parentheses, .binary, .aggregation, .call: break
        }
    }
}

extension Expression {
    /// The `offset` and `@` of a selector or subquery; `nil` for anything else.
    fileprivate var shift: TimeShift? {
        switch self {
        case .vectorSelector(let selector): selector.shift
        case .rangeSelector(let range): range.selector.shift
        case .subquery(let subquery): subquery.shift
        case .number, .string, .unary, .parentheses, .binary, .aggregation, .call: nil
        }
    }
}

extension TimeShift.Anchor {
    fileprivate init?(word: String) {
        switch word {
        case "start": self = .queryStart
        case "end": self = .queryEnd
        default: return nil
        }
    }
}

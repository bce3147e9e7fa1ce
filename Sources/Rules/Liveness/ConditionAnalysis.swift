import PostwatchModel
import PromQL

/// What can be said of a condition without a single sample.
struct ConditionAnalysis {
    /// What values something may have for one part of a condition to hold.
    private struct Bounds {
        var lower = -Double.infinity
        var isLowerIncluded = true
        var upper = Double.infinity
        var isUpperIncluded = true
        var excluded: Set<Double> = []

        mutating func apply(_ operation: String, _ value: Double) {
            switch operation {
            case ">" where value >= lower: (lower, isLowerIncluded) = (value, false)
            case ">=" where value > lower: (lower, isLowerIncluded) = (value, true)
            case "<" where value <= upper: (upper, isUpperIncluded) = (value, false)
            case "<=" where value < upper: (upper, isUpperIncluded) = (value, true)
            case "==":
                apply(">=", value)
                apply("<=", value)
            case "!=": excluded.insert(value)
            default: break
            }
        }

        var isEmpty: Bool {
            lower > upper || (lower == upper && (!isLowerIncluded || !isUpperIncluded || excluded.contains(lower)))
        }
    }

    private let query: PromQLQuery

    init(_ query: PromQLQuery) {
        self.query = query
    }

    /// Why the condition can never hold; `nil` when it may.
    func contradiction() async -> String? {
        for matchers in query.selectors where !needsOr {
            if let reason = Self.contradiction(in: matchers) { return reason }
        }
        return await contradiction(in: ConditionText(query.text))
    }

    /// Why the condition always holds; `nil` when it may not.
    func tautology() async -> String? {
        if query.type == .scalar { return "the expression is a number, not a condition: it alerts whatever the number is" }
        guard query.selectors.isEmpty, isConstant(query.text) else { return nil }
        return await elements(of: query.text)?.isEmpty == false ? "the condition holds whatever is measured" : nil
    }

    /// Whether nothing can come of the query when this selector finds nothing.
    func needs(_ matchers: [LabelMatcher]) -> Bool {
        let text = query.text
        return !needsOr && !["absent", "unless", "vector("].contains { text.contains($0) } && !matchers.isEmpty
    }

    // MARK: - Private

    private var needsOr: Bool { ConditionText(query.text).split(at: ["or"]) != nil || query.text.contains(" or ") }

    /// `{a="x", a="y"}`
    private static func contradiction(in matchers: [LabelMatcher]) -> String? {
        for matcher in matchers where matcher.operation == .equal {
            let others = matchers.filter { $0.name == matcher.name && !$0.matches(matcher.value) }
            if let other = others.first { return "no series can have \(matcher) and \(other)" }
        }
        return nil
    }

    private func contradiction(in condition: ConditionText) async -> String? {
        if let alternatives = condition.split(at: ["or"]) {
            var reasons: [String] = []
            for alternative in alternatives {
                guard let reason = await contradiction(in: ConditionText(alternative)) else { return nil }
                reasons.append(reason)
            }
            return reasons.joined(separator: ", and ")
        }
        if let inner = condition.withoutParentheses { return await contradiction(in: ConditionText(inner)) }
        if let parts = condition.split(at: ["unless"]), let first = parts.first { return await contradiction(in: ConditionText(first)) }
        let parts = condition.split(at: ["and"]) ?? [condition.text]
        for part in parts where parts.count > 1 {
            if let reason = await contradiction(in: ConditionText(part)) { return reason }
        }
        if let reason = await constant(condition) { return reason }
        return await bounds(parts)
    }

    /// Both sides are numbers, or `vector` of them.
    private func constant(_ condition: ConditionText) async -> String? {
        guard let comparison = condition.comparison, !comparison.isBoolean, isConstant(condition.text),
            await elements(of: condition.text)?.isEmpty == true
        else { return nil }
        return "\(comparison.left) \(comparison.operation) \(comparison.right) never holds"
    }

    /// The same thing is asked to be above and below.
    private func bounds(_ parts: [String]) async -> String? {
        var bounds: [String: Bounds] = [:]
        for part in parts {
            var text = part
            while let inner = ConditionText(text).withoutParentheses { text = inner }
            // `a > 1 < 0`: from the last comparison inwards.
            while let comparison = ConditionText(text).comparison, !comparison.isBoolean {
                guard let value = await number(comparison.right) else { break }
                let subject = Self.innermost(comparison.left)
                bounds[subject, default: Bounds()].apply(comparison.operation, value)
                if bounds[subject]?.isEmpty == true {
                    return "\(subject) would have to be \(comparison.operation) \(comparison.right) and at once what contradicts that"
                }
                text = comparison.left
            }
        }
        return nil
    }

    /// What is compared in the end, without blanks.
    private static func innermost(_ text: String) -> String {
        var text = text
        while true {
            if let inner = ConditionText(text).withoutParentheses {
                text = inner
            } else if let comparison = ConditionText(text).comparison {
                text = comparison.left
            } else {
                return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
    }

    private func number(_ text: String) async -> Double? {
        guard isConstant(text), let query = try? PromQLQuery(text), query.type == .scalar else { return nil }
        return await elements(of: text)?.first?.value
    }

    /// Neither a selector nor the time.
    private func isConstant(_ text: String) -> Bool {
        !["time", "minute", "hour", "day", "month", "year", "start", "end", "absent"].contains { text.contains($0) }
            && (try? PromQLQuery(text)) != nil
    }

    /// What the text yields without samples; `nil` when it reads some.
    private func elements(of text: String) async -> [VectorElement]? {
        guard let query = try? PromQLQuery(text), query.type == .scalar || query.type == .instantVector,
            query.selectors.isEmpty
        else { return nil }
        return try? await QueryEngine(samples: NoSamples()).instant(query, at: Timestamp(milliseconds: 0)).elements
    }
}

/// A query of Prometheus' language, parsed and type-checked once, evaluated as often as wanted.
public struct PromQLQuery: Hashable, Sendable {
    /// As it was written.
    public let text: String
    /// Whether it was read with what Prometheus calls experimental. Then names of metrics are taken away at the end of a query only.
    public let allowsExperimental: Bool
    let expression: Expression

    /// Throws `PromQLFault` with the first place that is not PromQL. `allowingExperimental` admits the functions and modifiers that
    /// Prometheus calls experimental. Default: false.
    public init(_ text: String, allowingExperimental: Bool = false) throws(PromQLFault) {
        self.text = text
        allowsExperimental = allowingExperimental
        expression = try Parser.parse(text, allowingExperimental: allowingExperimental)
    }

    /// What the query yields.
    public var type: ValueType { expression.type }

    public static func == (left: PromQLQuery, right: PromQLQuery) -> Bool {
        left.text == right.text
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

/// A query of Prometheus' language, parsed and type-checked once, evaluated as often as wanted.
public struct PromQLQuery: Hashable, Sendable {
    /// As it was written.
    public let text: String
    let expression: Expression

    /// Throws `PromQLFault` with the first place that is not PromQL.
    public init(_ text: String) throws(PromQLFault) {
        self.text = text
        expression = try Parser.parse(text)
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

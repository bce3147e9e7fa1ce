/// Points that share a name, a type and a help text.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
        /// No type is known; the classic format calls it `untyped`.
        case unknown
    }

    /// With or without the `_total` of a counter: the writer puts it where each format wants it.
    public var name: String
    public var kind: Kind
    /// Empty: no HELP line.
    public var help: String
    /// `seconds`, `bytes`; written only when the name ends in it, as OpenMetrics demands.
    public var unit: String
    public var points: [MetricPoint]

    public init(name: String, kind: Kind, help: String = "", unit: String = "", points: [MetricPoint]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.unit = unit
        self.points = points
    }
}

/// `12.5`, or `5m` for 300.
struct NumberLiteral: Hashable, Sendable {
    let value: Double
    /// Whether it was written with a unit.
    let isDuration: Bool
    var range: SourceRange

    init(_ value: Double, isDuration: Bool = false, range: SourceRange) {
        self.value = value
        self.isDuration = isDuration
        self.range = range
    }

    // Unlike numbers, expressions are equal when both are NaN, and 0 is not -0: their quotients differ.

    static func == (left: NumberLiteral, right: NumberLiteral) -> Bool { left.identity == right.identity }

    func hash(into hasher: inout Hasher) { hasher.combine(identity) }

    private var identity: UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }
}

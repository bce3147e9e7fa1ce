/// `-expression` or `+expression`. A sign before a number is part of the number.
struct UnaryOperation: Hashable, Sendable {
    let isNegative: Bool
    let operand: Expression
    let range: SourceRange
}

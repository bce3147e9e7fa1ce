/// `(expression)`
struct Parentheses: Hashable, Sendable {
    let inner: Expression
    let range: SourceRange
}

/// `"text"`
struct StringLiteral: Hashable, Sendable {
    /// Quotes and escapes removed.
    let text: String
    let range: SourceRange

    // Unlike strings, literals that only look alike are different.

    static func == (left: StringLiteral, right: StringLiteral) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

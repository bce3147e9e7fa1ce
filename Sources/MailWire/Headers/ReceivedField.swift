/// A `Received` header: the mark that a hop leaves on a message. Anything may stand there; what cannot be read is left out.
/// Source: RFC 5321, section 4.4; RFC 5322, section 3.6.7.
public struct ReceivedField: Hashable, Sendable {
    /// Who received it, as it names itself: behind `by`.
    public let by: String
    /// Its name for the message: behind `id`.
    public let id: String?
    /// Behind `with`, in capitals: `ESMTPS`, `LMTP`.
    public let with: String?
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64?

    /// Marks beyond are a loop's.
    public static let mostFields = 50

    /// All of a header, as they stand there: that of the last hop first.
    public static func all(in header: MessageHeader) -> [ReceivedField] {
        header.values(of: "Received").prefix(mostFields).compactMap(ReceivedField.init)
    }

    /// - Parameter body: behind `Received:`, unfolded. `nil` when it does not say by whom.
    public init?(body: String) {
        let plain = Self.withoutComments(body)
        let semicolon = plain.utf8.lastIndex(of: UInt8(ascii: ";"))
        let words = WireText.parts(plain[..<(semicolon ?? plain.endIndex)], at: " ")
        guard let by = Self.word(behind: "by", in: words) else { return nil }
        self.by = by
        id = Self.word(behind: "id", in: words)
        with = Self.word(behind: "with", in: words)?.uppercased()
        seconds = semicolon.flatMap { MailDateTime.seconds(plain[plain.utf8.index(after: $0)...]) }
    }

    // MARK: - Private

    private static let longestWord = 255

    private static func word(behind name: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(where: { $0.lowercased() == name }), index + 1 < words.count else { return nil }
        let word = words[index + 1]
        let isPrintable = word.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isPrintable && word.utf8.count <= longestWord ? word : nil
    }

    /// Comments stand in parentheses, which may nest; a backslash takes the meaning of what follows it.
    private static func withoutComments(_ text: String) -> String {
        var plain = ""
        var depth = 0
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if depth > 0, character == "\\" {
                isEscaped = true
            } else if character == "(" {
                depth += 1
            } else if character == ")", depth > 0 {
                depth -= 1
                plain += " "
            } else if depth == 0 {
                plain.unicodeScalars.append(character == "\t" ? " " : character)
            }
        }
        return plain
    }
}

/// What the words of a log say that matter to a trace.
enum TracedWords {
    /// Between the prefix, which `text` begins with, and `@`; `nil` when it is not what a probe is called.
    static func identifier(_ text: LogBytes, from start: Int) -> String? {
        var end = start
        while end - start <= longestIdentifier, isIdentifier(text[end]) { end += 1 }
        guard end > start, end - start <= longestIdentifier, text[end] == UInt8(ascii: "@") else { return nil }
        return text.part(start, end).text
    }

    /// The name under which the server that answered has the message: `250 2.0.0 Ok: queued as 3F2A1`, `250 OK id=1abcDE-0001Ab-CD`,
    /// `250 2.0.0 <user@example.org> aB3+/4 Saved`.
    static func nextQueueID(_ reply: LogBytes) -> String? {
        var rest = reply
        var found: LogBytes?
        // What a filter passes on stands behind its own words.
        while let start = rest.index(of: "queued as ") {
            rest = rest.dropFirst(start + 10)
            found = rest
        }
        if let found { return token(found, isPlain: true) }
        if let start = reply.index(of: " id=") { return token(reply.dropFirst(start + 4), isPlain: true) }
        if reply.hasSuffix(" Saved"), let end = reply.index(of: "> ") { return session(token(reply.dropFirst(end + 2), isPlain: false)) }
        return nil
    }

    /// Without the number of the recipient behind it.
    static func session(_ token: String?) -> String? {
        guard let token, let colon = token.lastIndex(of: ":"), token[colon...].dropFirst().allSatisfy(\.isNumber) else { return token }
        return String(token[..<colon])
    }

    static func reply(_ text: LogBytes) -> String { PrintableText.sentence(text.prefix(longestReply).bytes) }

    static func relay(_ text: LogBytes) -> String { PrintableText.sentence(text.prefix(longestRelay).bytes) }

    // MARK: - Private

    private static let longestIdentifier = 64
    private static let longestReply = 200
    private static let longestRelay = 255

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        LogBytes.isDigit(byte) || LogBytes.isLetter(byte) || byte == UInt8(ascii: "-")
    }

    private static func token(_ text: LogBytes, isPlain: Bool) -> String? {
        var end = 0
        while end < text.count, end <= longestIdentifier, isPlain ? isIdentifier(text[end]) : text[end] > 0x20 && text[end] < 0x7F {
            end += 1
        }
        return end > 0 && end <= longestIdentifier ? text.prefix(end).text : nil
    }
}

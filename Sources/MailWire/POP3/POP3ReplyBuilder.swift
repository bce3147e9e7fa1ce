/// Puts the lines of one reply together.
public struct POP3ReplyBuilder: Sendable {
    /// Bytes of one reply: a message of a megabyte with all its lines, or a list of as many messages as a mailbox holds.
    public static let replyLimit = 4_194_304

    private let bringsLines: Bool
    private var head: POP3Reply?
    private var lines: [[UInt8]] = []
    private var size = 0

    /// - Parameter command: what was asked; `nil` for the greeting.
    public init(answering command: POP3Command?) {
        bringsLines = command?.bringsLines ?? false
    }

    /// Takes a line; gives the reply when it was the last one. Throws `malformed` or `replyTooLarge`.
    public mutating func take(_ line: [UInt8]) throws(WireFault) -> POP3Reply? {
        guard let head else {
            let first = try Self.head(line)
            guard bringsLines, first.status == .ok else { return first }
            head = first
            return nil
        }
        let dot = UInt8(ascii: ".")
        if line == [dot] { return POP3Reply(status: head.status, text: head.text, lines: lines) }
        // What a line costs in memory counts too, or empty lines were free.
        size += line.count + 16
        guard size <= Self.replyLimit else { throw .replyTooLarge(limit: Self.replyLimit) }
        lines.append(line.first == dot ? Array(line.dropFirst()) : line)
        return nil
    }

    // MARK: - Private

    private static func head(_ line: [UInt8]) throws(WireFault) -> POP3Reply {
        let word = String(decoding: line.prefix { $0 > 0x20 }.prefix(8), as: UTF8.self).uppercased()
        guard let status = POP3Reply.Status(rawValue: word) else {
            throw .malformed(expected: "+OK or -ERR", found: WireText.excerpt(line))
        }
        return POP3Reply(status: status, text: WireText.printable(line.dropFirst(word.utf8.count + 1), limit: 500))
    }
}

/// Cuts what an SMTP server sends into replies. Source: RFC 5321, sections 4.2 and 4.5.3.1.
public struct SMTPReplyParser: ReplyParsing {
    /// Bytes of one line with its end. The RFC says 512; servers exceed it, so four times as much is taken.
    public static let lineLimit = 2048
    /// Lines of one reply.
    public static let lineCountLimit = 128

    private var buffer = LineBuffer()
    private var code: Int?
    private var lines: [String] = []
    private var fault: WireFault?

    public init() {}

    public var hasUnreadBytes: Bool { !buffer.isEmpty || !lines.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    public mutating func next() throws(WireFault) -> SMTPReply? {
        if let fault { throw fault }
        do throws(WireFault) {
            while let end = try buffer.endOfLine(from: buffer.start, limit: Self.lineLimit) {
                let isLast = try take(buffer.content(from: buffer.start, to: end))
                buffer.consume(upTo: end)
                if isLast { return finish() }
            }
            return nil
        } catch {
            fault = error
            throw error
        }
    }

    // MARK: - Private

    /// Takes one line; true when it is the last of its reply.
    private mutating func take(_ line: ArraySlice<UInt8>) throws(WireFault) -> Bool {
        let digits = line.prefix(3)
        let separator = line.dropFirst(3).first
        guard digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }), separator.map({ " -".utf8.contains($0) }) ?? true else {
            throw .malformed(expected: "a reply code of three digits", found: WireText.excerpt(line))
        }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        guard (200..<600).contains(number) else {
            throw .malformed(expected: "a reply code from 200 to 599", found: WireText.excerpt(line))
        }
        if let code, code != number {
            throw .malformed(expected: "another line of reply \(code)", found: WireText.excerpt(line))
        }
        guard lines.count < Self.lineCountLimit else { throw .replyTooLarge(limit: Self.lineCountLimit) }
        code = number
        lines.append(WireText.printable(line.dropFirst(4), limit: Self.lineLimit))
        return separator != UInt8(ascii: "-")
    }

    private mutating func finish() -> SMTPReply? {
        defer {
            code = nil
            lines = []
        }
        return code.map { SMTPReply(code: $0, lines: lines) }
    }
}

/// Cuts what an SMTP client sends into commands and messages. Source: RFC 5321, sections 4.1.1.4, 4.5.2 and 4.5.3.1.
public struct SMTPRequestParser: Sendable {
    public enum Input: Hashable, Sendable {
        case request(SMTPRequest)
        /// A message without the dots that DATA adds, with CRLF line ends; `nil` when it was larger than is taken.
        case message([UInt8]?)
    }

    /// Bytes of one command line with its end.
    public static let lineLimit = 2048

    /// Bytes of the largest message that is taken.
    private let messageLimit: Int
    private var buffer = LineBuffer()
    /// The lines of a message that have come; `nil` outside of one.
    private var message: [UInt8]?
    private var isTooLarge = false

    public init(messageLimit: Int) {
        self.messageLimit = messageLimit
    }

    /// Whether bytes have come that belong to nothing yet.
    public var hasUnreadBytes: Bool { !buffer.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    /// What comes next is a message, up to the line with a single dot.
    public mutating func expectMessage() {
        message = []
        isTooLarge = false
    }

    /// The next whole command or message; `nil` until more bytes have come. Throws `lineTooLong`, also inside messages: a client that
    /// does not end its lines shall not fill the memory.
    public mutating func next() throws(WireFault) -> Input? {
        while let end = try buffer.endOfLine(from: buffer.start, limit: message == nil ? Self.lineLimit : messageLimit) {
            let line = buffer.content(from: buffer.start, to: end)
            let hasProperEnd = end - line.endIndex == 2
            buffer.consume(upTo: end)
            guard message != nil else { return .request(SMTPRequest(line: WireText.printable(line, limit: Self.lineLimit))) }
            // Only CRLF, dot, CRLF ends a message: with anything laxer two servers could see different messages (CVE-2023-51764).
            if hasProperEnd, line.elementsEqual([UInt8(ascii: ".")]) { return finish() }
            take(line)
        }
        return nil
    }

    // MARK: - Private

    private mutating func take(_ line: ArraySlice<UInt8>) {
        guard !isTooLarge else { return }
        let content = line.first == UInt8(ascii: ".") ? line.dropFirst() : line
        guard (message?.count ?? 0) + content.count + 2 <= messageLimit else {
            isTooLarge = true
            message = []
            return
        }
        message?.append(contentsOf: content)
        message?.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }

    private mutating func finish() -> Input {
        defer { message = nil }
        return .message(isTooLarge ? nil : message)
    }
}

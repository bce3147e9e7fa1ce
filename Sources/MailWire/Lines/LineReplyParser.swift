/// Cuts what a server sends into lines, each of them a reply: as much of POP3 (RFC 1939) and ManageSieve (RFC 5804) as encryption needs.
public struct LineReplyParser: ReplyParsing {
    /// Bytes of one line with its end.
    public static let lineLimit = 8192

    private var buffer = LineBuffer()
    private var fault: WireFault?

    public init() {}

    public var hasUnreadBytes: Bool { !buffer.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    /// The next line, printable and without its end.
    public mutating func next() throws(WireFault) -> String? {
        if let fault { throw fault }
        do throws(WireFault) {
            guard let end = try buffer.endOfLine(from: buffer.start, limit: Self.lineLimit) else { return nil }
            defer { buffer.consume(upTo: end) }
            return WireText.printable(buffer.content(from: buffer.start, to: end), limit: Self.lineLimit)
        } catch {
            fault = error
            throw error
        }
    }
}

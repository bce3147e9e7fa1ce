/// Cuts what a POP3 server sends into lines. Which of them belong to one reply depends on the command: `POP3ReplyBuilder`.
public struct POP3LineParser: ReplyParsing {
    /// Bytes of one line with its end. A reply's first line is at most 512 long; a message's lines are as long as somebody wrote them.
    public static let lineLimit = 65_536

    private var buffer = LineBuffer()
    private var fault: WireFault?

    public init() {}

    public var hasUnreadBytes: Bool { !buffer.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    /// The next line without its end.
    public mutating func next() throws(WireFault) -> [UInt8]? {
        if let fault { throw fault }
        do throws(WireFault) {
            guard let end = try buffer.endOfLine(from: buffer.start, limit: Self.lineLimit) else { return nil }
            defer { buffer.consume(upTo: end) }
            return Array(buffer.content(from: buffer.start, to: end))
        } catch {
            fault = error
            throw error
        }
    }
}

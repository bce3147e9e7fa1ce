/// Cuts what an IMAP server sends into responses. Source: RFC 3501, sections 2.2 and 9; non-synchronising literals: RFC 7888.
public struct IMAPResponseParser: ReplyParsing {
    /// What one response may cost.
    public struct Limits: Hashable, Sendable {
        /// Bytes of one line. A SEARCH response of 30 000 messages is one line.
        public var line = 262_144
        /// Bytes of one literal: a message body.
        public var literal = 1_048_576
        /// Bytes of one response with all its lines and literals.
        public var response = 2_097_152
        /// Lists inside lists.
        public var nesting = 32

        public init() {}
    }

    private let limits: Limits
    private var buffer = LineBuffer()
    /// Where, counted from the start of the response, the line that is being read begins: behind the literals that are complete.
    private var lineOffset = 0
    private var fault: WireFault?

    public init() {
        self.init(limits: Limits())
    }

    public init(limits: Limits) {
        self.limits = limits
    }

    public var hasUnreadBytes: Bool { !buffer.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    public mutating func next() throws(WireFault) -> IMAPResponse? {
        if let fault { throw fault }
        do throws(WireFault) {
            guard let end = try endOfResponse() else { return nil }
            var scanner = IMAPScanner(buffer.bytes[buffer.start..<end], nestingLimit: limits.nesting)
            let response = try scanner.response()
            buffer.consume(upTo: end)
            lineOffset = 0
            return response
        } catch {
            fault = error
            throw error
        }
    }

    // MARK: - Private

    /// The index behind the response's last line; `nil` while it is incomplete.
    private mutating func endOfResponse() throws(WireFault) -> Int? {
        while true {
            let lineStart = buffer.start + lineOffset
            guard lineStart <= buffer.bytes.count, let end = try buffer.endOfLine(from: lineStart, limit: limits.line) else { return nil }
            guard end - buffer.start <= limits.response else { throw .replyTooLarge(limit: limits.response) }
            let line = buffer.content(from: lineStart, to: end)
            guard line.last == UInt8(ascii: "}"), mayHoldLiterals, let size = try announcedLiteral(in: line) else { return end }
            let next = end - buffer.start + size
            guard next <= limits.response else { throw .replyTooLarge(limit: limits.response) }
            lineOffset = next
        }
    }

    /// The free text of a status or continuation may end in braces without announcing anything.
    private var mayHoldLiterals: Bool {
        let head = buffer.bytes[buffer.start...].prefix(10)
        guard head.starts(with: "* ".utf8) else { return false }
        let word = String(decoding: head.dropFirst(2).prefix { $0 > 0x20 }, as: UTF8.self).uppercased()
        return IMAPStatus.Kind(rawValue: word) == nil
    }

    private func announcedLiteral(in line: ArraySlice<UInt8>) throws(WireFault) -> Int? {
        guard line.last == UInt8(ascii: "}"), let brace = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var digits = line[(brace + 1)...].dropLast()
        if digits.last == UInt8(ascii: "+") { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let size = digits.count > 12 ? Int.max : digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        guard size <= limits.literal else { throw .literalTooLarge(size: size, limit: limits.literal) }
        return size
    }
}

/// Cuts what a ManageSieve server sends into lines, literals included. Source: RFC 5804, section 4.
public struct SieveLineParser: ReplyParsing {
    /// Bytes of one part of a line: up to a literal, or to the end.
    public static let partLimit = 8192
    /// Bytes of one line with its literals: warnings about a long script among them.
    public static let lineLimit = 262_144
    /// Words of one line.
    private static let wordLimit = 64

    private enum Word {
        case string([UInt8])
        case atom(String)
        case code(String)
    }

    private var buffer = LineBuffer()
    /// Where, counted from the start of the line that is being read, its last part begins: behind the literals that are complete.
    private var partOffset = 0
    private var fault: WireFault?

    public init() {}

    public var hasUnreadBytes: Bool { !buffer.isEmpty }

    public mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(bytes)
    }

    public mutating func next() throws(WireFault) -> SieveLine? {
        if let fault { throw fault }
        do throws(WireFault) {
            guard let end = try endOfLine() else { return nil }
            let words = try Self.words(buffer.bytes[buffer.start..<end])
            buffer.consume(upTo: end)
            partOffset = 0
            return try Self.line(words)
        } catch {
            fault = error
            throw error
        }
    }

    // MARK: - Private

    /// The index behind the line with all its literals; `nil` while it is incomplete.
    private mutating func endOfLine() throws(WireFault) -> Int? {
        while true {
            let partStart = buffer.start + partOffset
            guard partStart <= buffer.bytes.count, let end = try buffer.endOfLine(from: partStart, limit: Self.partLimit) else {
                return nil
            }
            guard let literal = try announcedLiteral(in: buffer.content(from: partStart, to: end)) else {
                guard end - buffer.start <= Self.lineLimit else { throw .lineTooLong(limit: Self.lineLimit) }
                return end
            }
            partOffset = end - buffer.start + literal
            guard partOffset <= Self.lineLimit else { throw .lineTooLong(limit: Self.lineLimit) }
        }
    }

    private func announcedLiteral(in part: ArraySlice<UInt8>) throws(WireFault) -> Int? {
        guard part.last == UInt8(ascii: "}"), let brace = part.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        // A brace inside a quoted string announces nothing, and such a string ends with its quote.
        var digits = part[(brace + 1)...].dropLast()
        if digits.last == UInt8(ascii: "+") { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let count = digits.count > 9 ? Int.max : digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        guard count <= Self.lineLimit else { throw .literalTooLarge(size: count, limit: Self.lineLimit) }
        return count
    }

    private static func line(_ words: [Word]) throws(WireFault) -> SieveLine {
        if case .atom(let name) = words.first, let status = SieveReply.Status(rawValue: name.uppercased()) {
            return .end(try end(status, words.dropFirst()))
        }
        var strings: [String] = []
        var atoms: [String] = []
        for word in words {
            switch word {
            case .string(let bytes): strings.append(WireText.printable(bytes, limit: partLimit))
            case .atom(let name): atoms.append(name)
            case .code(let inner): throw .malformed(expected: "a string or a word", found: WireText.excerpt("(\(inner))".utf8))
            }
        }
        guard !strings.isEmpty else {
            throw .malformed(expected: "a string, OK, NO or BYE", found: WireText.excerpt((atoms.first ?? "").utf8))
        }
        return .data(SieveData(strings: strings, atoms: atoms))
    }

    private static func end(_ status: SieveReply.Status, _ words: ArraySlice<Word>) throws(WireFault) -> SieveReply {
        var code: String?
        var text = ""
        for word in words {
            switch word {
            case .code(let inner): code = inner
            case .string(let bytes): text = WireText.printable(bytes, limit: 500)
            case .atom(let name): throw .malformed(expected: "a code or a text", found: WireText.excerpt(name.utf8))
            }
        }
        return SieveReply(status: status, code: code, text: text)
    }

    private static func words(_ bytes: ArraySlice<UInt8>) throws(WireFault) -> [Word] {
        var scanner = SieveScanner(bytes)
        var words: [Word] = []
        while !scanner.isAtEnd {
            guard words.count < wordLimit else { throw .malformed(expected: "at most \(wordLimit) words", found: "more") }
            switch scanner.next {
            case UInt8(ascii: "\""): words.append(.string(try scanner.quoted()))
            case UInt8(ascii: "{"): words.append(.string(try scanner.literal()))
            case UInt8(ascii: "("): words.append(.code(try scanner.parenthesised()))
            default: words.append(.atom(try scanner.atom()))
            }
        }
        return words
    }
}

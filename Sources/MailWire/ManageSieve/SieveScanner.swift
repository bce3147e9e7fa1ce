/// Walks over the bytes of one whole line, literals included, by the grammar of RFC 5804, section 4. Never past the end.
struct SieveScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
        skipSpaces()
    }

    /// Nothing but the line's end is left.
    var isAtEnd: Bool {
        switch next {
        case nil, UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    mutating func atom() throws(WireFault) -> String {
        let start = index
        while let byte = next, byte > 0x20, byte < 0x7F, !"\"(){".utf8.contains(byte) { index += 1 }
        guard index > start else { throw malformed("a word") }
        defer { skipSpaces() }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func quoted() throws(WireFault) -> [UInt8] {
        var content: [UInt8] = []
        index += 1
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                skipSpaces()
                return content
            case UInt8(ascii: "\\"):
                guard let escaped = next else { break }
                content.append(escaped)
                index += 1
            case UInt8(ascii: "\n"): throw malformed("the end of a quoted string")
            default: content.append(byte)
            }
        }
        throw malformed("the end of a quoted string")
    }

    /// The parser has seen that all of it is here.
    mutating func literal() throws(WireFault) -> [UInt8] {
        let start = index
        index += 1
        var count = 0
        while let byte = next, (48...57).contains(byte), count < 1 << 40 {
            count = count * 10 + Int(byte) - 48
            index += 1
        }
        if next == UInt8(ascii: "+") { index += 1 }
        for expected in "}\r\n".utf8 where !(expected == UInt8(ascii: "\r") && next == UInt8(ascii: "\n")) {
            guard next == expected else {
                index = start
                throw malformed("a literal")
            }
            index += 1
        }
        guard count <= bytes.endIndex - index else {
            index = start
            throw malformed("a literal")
        }
        defer {
            index += count
            skipSpaces()
        }
        return Array(bytes[index..<(index + count)])
    }

    /// What stands between brackets: `QUOTA/MAXSCRIPTS`, `TAG {16}…`; strings in it are taken as they stand.
    mutating func parenthesised() throws(WireFault) -> String {
        let start = index
        index += 1
        while let byte = next, byte != UInt8(ascii: ")") {
            switch byte {
            case UInt8(ascii: "\""): _ = try quoted()
            case UInt8(ascii: "{"): _ = try literal()
            case UInt8(ascii: "\n"), UInt8(ascii: "("): throw malformed("the end of a code")
            default: index += 1
            }
        }
        guard next != nil else {
            index = start
            throw malformed("the end of a code")
        }
        defer {
            index += 1
            skipSpaces()
        }
        return WireText.printable(bytes[(start + 1)..<index], limit: 100)
    }

    // MARK: - Private

    private mutating func skipSpaces() {
        while next == UInt8(ascii: " ") { index += 1 }
    }

    private func malformed(_ expected: String) -> WireFault {
        .malformed(
            expected: expected, found: WireText.excerpt(bytes[index...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }))
    }
}

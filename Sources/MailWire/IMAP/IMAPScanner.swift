/// Walks over the bytes of one whole response, literals included, by the grammar of RFC 3501, section 9.
/// Lenient where servers are known to be careless, never past the end.
struct IMAPScanner {
    private let bytes: ArraySlice<UInt8>
    private let nestingLimit: Int
    private(set) var index: Int

    init(_ bytes: ArraySlice<UInt8>, nestingLimit: Int) {
        self.bytes = bytes
        self.nestingLimit = nestingLimit
        self.index = bytes.startIndex
    }

    // MARK: Bytes

    var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    var isAtEndOfLine: Bool {
        switch next {
        case nil, UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(WireFault) {
        guard skip(character) else { throw malformed("\"\(character)\"") }
    }

    /// The bytes up to the first for which `isPart` does not hold.
    mutating func take(while isPart: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while let byte = next, isPart(byte) { index += 1 }
        return bytes[start..<index]
    }

    func malformed(_ expected: String) -> WireFault {
        .malformed(
            expected: expected, found: WireText.excerpt(bytes[index...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }))
    }

    // MARK: Words

    /// An atom, with the few characters more that flags and LIST names bring. Throws when there is none.
    mutating func atom(_ expected: String = "an atom") throws(WireFault) -> String {
        let word = take { $0 > 0x20 && $0 != 0x7F && !Self.atomEnds.contains($0) }
        guard !word.isEmpty else { throw malformed(expected) }
        return String(decoding: word, as: UTF8.self)
    }

    mutating func number() throws(WireFault) -> UInt32 {
        let start = index
        let digits = take { (48...57).contains($0) }
        guard let number = UInt32(String(decoding: digits, as: UTF8.self)) else {
            index = start
            throw malformed("a number")
        }
        return number
    }

    mutating func uid() throws(WireFault) -> UID {
        guard let uid = UID(try number()) else { throw malformed("a UID above 0") }
        return uid
    }

    /// A quoted string, a literal or an atom; `nil` for NIL.
    mutating func text() throws(WireFault) -> [UInt8]? {
        switch next {
        case UInt8(ascii: "\""): return try quoted()
        case UInt8(ascii: "{"), UInt8(ascii: "~"): return try literal()
        default:
            let word = try atom("a string")
            return word.uppercased() == "NIL" ? nil : Array(word.utf8)
        }
    }

    /// Words between parentheses: flags, attributes.
    mutating func words() throws(WireFault) -> [String] {
        try expect("(")
        var words: [String] = []
        while !skip(")") {
            if !words.isEmpty { try expect(" ") }
            words.append(try atom("a flag"))
        }
        return words
    }

    /// Any value, read over: body structures and envelopes hold lists in lists.
    mutating func skipValue(depth: Int = 0) throws(WireFault) {
        guard depth <= nestingLimit else { throw .nestedTooDeeply(limit: nestingLimit) }
        guard skip("(") else {
            _ = try text()
            return
        }
        while !skip(")") {
            try skipValue(depth: depth + 1)
            _ = skip(" ")
        }
    }

    /// What is left of the line, printable.
    mutating func restOfLine() -> String {
        WireText.printable(take { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") })
    }

    // MARK: - Private

    /// `]` belongs to atoms: keywords such as `$Label[1]` occur, and response codes are read apart.
    private static let atomEnds = Array("(){\"".utf8)

    private mutating func quoted() throws(WireFault) -> [UInt8] {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return text
            case UInt8(ascii: "\\"):
                index += 1
                guard let escaped = next, escaped >= 0x20 else { throw malformed("a character behind the backslash") }
                text.append(escaped)
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                throw malformed("the end of a quoted string")
            default:
                text.append(byte)
            }
            index += 1
        }
        throw malformed("the end of a quoted string")
    }

    private mutating func literal() throws(WireFault) -> [UInt8] {
        _ = skip("~")
        try expect("{")
        let size = Int(try number())
        _ = skip("+")
        try expect("}")
        _ = skip("\r")
        try expect("\n")
        guard size <= bytes.endIndex - index else { throw malformed("a literal of \(size) bytes") }
        defer { index += size }
        return Array(bytes[index..<(index + size)])
    }
}

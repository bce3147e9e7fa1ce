/// Texts in quotes as Go writes them.
/// Source: The Go Programming Language Specification, "String literals" and "Rune literals".
enum GoStringLiteral {
    /// Reads the literal at the front, in double quotes or back quotes.
    static func read(_ rest: inout Substring) throws(TemplateFault) -> String {
        let quote = rest.removeFirst()
        var text: [UInt8] = []
        while let character = rest.popFirst() {
            if character == quote { return String(decoding: text, as: UTF8.self) }
            if character == "\\" && quote == "\"" {
                text += try escape(&rest)
            } else {
                text += Array(String(character).utf8)
            }
        }
        throw TemplateFault(found: "a text without its closing quote", expected: "a closing quote")
    }

    /// Reads `'x'` at the front: the number of its character.
    static func readCharacter(_ rest: inout Substring) throws(TemplateFault) -> Int {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let character = rest.popFirst(), character != "'" {
            bytes += character == "\\" ? try escape(&rest) : Array(String(character).utf8)
        }
        let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        guard scalars.count == 1 else { throw TemplateFault(found: "quotes around more or less than a character", expected: "one as 'x'") }
        return Int(scalars[0].value)
    }

    // MARK: - Private

    private static let single: [Character: UInt8] = [
        "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "\"": 34, "'": 39,
    ]

    /// What stands behind a backslash.
    private static func escape(_ rest: inout Substring) throws(TemplateFault) -> [UInt8] {
        let fault = TemplateFault(found: "an unknown escape in a text", expected: "one of \\n, \\t, \\\", \\\\, \\x41, \\u00e4")
        guard let character = rest.popFirst() else { throw fault }
        if let byte = single[character] { return [byte] }
        let digits: (count: Int, radix: Int)
        switch character {
        case "x": digits = (2, 16)
        case "u": digits = (4, 16)
        case "U": digits = (8, 16)
        case "0"..."7":
            rest = String(character) + rest
            digits = (3, 8)
        default: throw fault
        }
        let word = rest.prefix(digits.count)
        guard word.count == digits.count, let number = UInt32(word, radix: digits.radix) else { throw fault }
        rest = rest.dropFirst(digits.count)
        if character != "u" && character != "U" {
            guard let byte = UInt8(exactly: number) else { throw fault }
            return [byte]
        }
        guard let scalar = Unicode.Scalar(number) else { throw fault }
        return Array(String(Character(scalar)).utf8)
    }
}

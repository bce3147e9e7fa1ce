/// Writes the arguments of a command: quoted where that is possible, as literals where it is not. Source: RFC 3501, section 4.3.
struct IMAPCommandEncoder {
    private var pieces: [[UInt8]]
    private let literals: IMAPLiteralForm

    /// `head` is tag and verb, which need no quoting.
    init(_ head: String, literals: IMAPLiteralForm) {
        pieces = [Array(head.utf8)]
        self.literals = literals
    }

    /// An argument that is known to need no quoting.
    mutating func append(word: String) {
        pieces[pieces.count - 1].append(UInt8(ascii: " "))
        pieces[pieces.count - 1].append(contentsOf: word.utf8)
    }

    /// Throws `unencodable` when the text holds a NUL, which no form can carry.
    mutating func append(string: String) throws(WireFault) {
        let isQuotable = string.utf8.count <= 1000 && string.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard isQuotable else { return try append(literal: Array(string.utf8)) }
        pieces[pieces.count - 1].append(contentsOf: " \"".utf8)
        for byte in string.utf8 {
            if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") { pieces[pieces.count - 1].append(UInt8(ascii: "\\")) }
            pieces[pieces.count - 1].append(byte)
        }
        pieces[pieces.count - 1].append(UInt8(ascii: "\""))
    }

    /// Throws `unencodable` when it holds a NUL.
    mutating func append(literal: [UInt8]) throws(WireFault) {
        guard !literal.contains(0) else { throw .unencodable(reason: "a text with a NUL") }
        let isAtOnce = literals.isAtOnce(literal.count)
        append(word: "{\(literal.count)\(isAtOnce ? "+" : "")}\r\n")
        if isAtOnce { pieces[pieces.count - 1] += literal } else { pieces.append(literal) }
    }

    /// A further line, for which the server must ask.
    mutating func append(line: String) {
        pieces[pieces.count - 1].append(contentsOf: "\r\n".utf8)
        pieces.append(Array(line.utf8))
    }

    func finish() -> [[UInt8]] {
        var finished = pieces
        finished[finished.count - 1].append(contentsOf: "\r\n".utf8)
        return finished
    }
}

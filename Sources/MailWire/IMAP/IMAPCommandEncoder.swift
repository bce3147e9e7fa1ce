/// Writes the arguments of a command: quoted where that is possible, as literals where it is not. Source: RFC 3501, section 4.3.
struct IMAPCommandEncoder {
    private var pieces: [[UInt8]]

    /// `head` is tag and verb, which need no quoting.
    init(_ head: String) {
        pieces = [Array(head.utf8)]
    }

    /// An argument that is known to need no quoting.
    mutating func append(word: String) {
        pieces[pieces.count - 1] += Array(" \(word)".utf8)
    }

    /// Throws `unencodable` when the text holds a NUL, which no form can carry.
    mutating func append(string: String) throws(WireFault) {
        guard !string.utf8.contains(0) else { throw .unencodable(reason: "a text with a NUL") }
        let isQuotable = string.utf8.count <= 1000 && string.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard isQuotable else {
            append(word: "{\(string.utf8.count)}\r\n")
            pieces.append(Array(string.utf8))
            return
        }
        let escaped = string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        append(word: "\"\(escaped)\"")
    }

    func finish() -> [[UInt8]] {
        var finished = pieces
        finished[finished.count - 1] += Array("\r\n".utf8)
        return finished
    }
}

/// Bytes that have come and are not read yet, cut into lines. No byte is looked at twice for its line end, however small the pieces.
struct LineBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where the first byte that is not consumed stands in `bytes`.
    private(set) var start = 0
    private var scanned = 0

    var isEmpty: Bool { start == bytes.count }
    var count: Int { bytes.count - start }

    mutating func append(_ new: some Sequence<UInt8>) {
        // Dropped only when it pays: moving the rest for every line would make a long burst quadratic.
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            start = 0
            scanned = 0
        } else if start > 4096, start > bytes.count / 2 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    /// The index behind the next LF at or after `position`; `nil` when it has not come yet.
    /// Throws `lineTooLong` as soon as more than `limit` bytes stand between `position` and the line's end.
    mutating func endOfLine(from position: Int, limit: Int) throws(WireFault) -> Int? {
        var index = max(scanned, position)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") {
                scanned = index
                if index + 1 - position > limit { throw .lineTooLong(limit: limit) }
                return index + 1
            }
            index += 1
        }
        scanned = index
        if index - position > limit { throw .lineTooLong(limit: limit) }
        return nil
    }

    mutating func consume(upTo end: Int) {
        precondition(end >= start && end <= bytes.count, "only bytes that have come can be consumed")
        start = end
        scanned = max(scanned, end)
    }

    /// The line's content without its end: CRLF, or a bare LF, which some servers send.
    func content(from position: Int, to end: Int) -> ArraySlice<UInt8> {
        var line = bytes[position..<end].dropLast()
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        return line
    }
}

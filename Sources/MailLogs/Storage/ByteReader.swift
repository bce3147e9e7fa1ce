/// Reads what a `ByteWriter` wrote.
struct ByteReader {
    private var rest: LogBytes

    init(_ bytes: LogBytes) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number() throws(MailLogFault) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard index < rest.count else { throw .damaged }
            let byte = rest[index]
            if index == 9, byte > 1 { throw .damaged }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 {
                rest = rest.dropFirst(index + 1)
                return value
            }
        }
        throw .damaged
    }

    mutating func number<Number: FixedWidthInteger>(as type: Number.Type) throws(MailLogFault) -> Number {
        guard let value = Number(exactly: try number()) else { throw .damaged }
        return value
    }

    /// What something was counted to. More than 2^60 was never counted.
    mutating func counter() throws(MailLogFault) -> UInt64 {
        let value = try number()
        guard value <= 1 << 60 else { throw .damaged }
        return value
    }

    /// A number of up to `limit`. Guards allocations against damage.
    mutating func count(upTo limit: Int) throws(MailLogFault) -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw .damaged }
        return Int(value)
    }

    mutating func bytes() throws(MailLogFault) -> LogBytes {
        let length = try count(upTo: rest.count)
        guard length <= rest.count else { throw .damaged }
        let bytes = rest.prefix(length)
        rest = rest.dropFirst(length)
        return bytes
    }

    /// As many as there are cells already.
    mutating func cells(_ cells: inout [UInt64]) throws(MailLogFault) {
        guard try count(upTo: cells.count) == cells.count else { throw .damaged }
        for index in cells.indices { cells[index] = try counter() }
    }
}

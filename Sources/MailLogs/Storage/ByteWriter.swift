/// Writes whole numbers in as few bytes as they need: seven bits per byte, lowest first, the top bit says that more follow.
struct ByteWriter {
    private(set) var written: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            written.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        written.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func number(_ value: some FixedWidthInteger) { number(UInt64(truncatingIfNeeded: value)) }

    mutating func bytes(_ bytes: some Collection<UInt8>) {
        number(bytes.count)
        written.append(contentsOf: bytes)
    }

    mutating func cells(_ cells: [UInt64]) {
        number(cells.count)
        for cell in cells { number(cell) }
    }
}

/// Appends numbers and texts in the encodings that journal records and chunks share.
struct ByteWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Seven bits per byte, lowest first, the top bit says that more follow.
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Zigzag: numbers near zero are short, whatever their sign.
    mutating func append(signed value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Length and UTF-8.
    mutating func append(text: String) {
        append(varint: UInt64(text.utf8.count))
        bytes += text.utf8
    }

    /// Eight bytes, lowest first.
    mutating func append(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Protobuf fields by hand, for requests that no encoder of ours writes.
enum WireBytes {
    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    static func message(_ field: UInt64, _ content: [UInt8]...) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(content.joined().count)) + content.joined()
    }

    static func text(_ field: UInt64, _ text: String) -> [UInt8] {
        message(field, Array(text.utf8))
    }

    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        varint(field << 3) + varint(value)
    }

    static func double(_ field: UInt64, _ value: Double) -> [UInt8] {
        varint(field << 3 | 1) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }

    /// Numbers in one field, as proto3 writes them.
    static func packed(_ field: UInt64, _ values: [UInt64]) -> [UInt8] {
        message(field, values.flatMap(varint))
    }
}

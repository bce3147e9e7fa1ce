/// Writes protobuf fields one behind the other.
/// Source: protobuf.dev, "Encoding". Field numbers are those of `prometheus.WriteRequest`: below 16, so that a key is one byte, where nothing else is said.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The beginning of a message or a text of `count` bytes, which the caller writes next.
    mutating func header(field: Int, count: Int) {
        bytes.append(UInt8(field << 3 | 2))
        varint(UInt64(count))
    }

    mutating func raw(_ content: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: content)
    }

    mutating func raw(_ content: [UInt8]) {
        bytes += content
    }

    /// A text; nothing at all when it is empty.
    mutating func text(_ content: UnsafeRawBufferPointer, field: Int) {
        if content.isEmpty { return }
        header(field: field, count: content.count)
        raw(content)
    }

    /// A text; nothing at all when it is empty.
    mutating func text(_ content: String, field: Int) {
        if content.isEmpty { return }
        header(field: field, count: content.utf8.count)
        bytes += content.utf8
    }

    /// A number; nothing at all when it is zero.
    mutating func number(_ value: UInt64, field: Int) {
        if value == 0 { return }
        bytes.append(UInt8(field << 3))
        varint(value)
    }

    /// A double by its bits; nothing at all when they are zero, which those of -0 are not.
    mutating func double(bits: UInt64, field: Int) {
        if bits == 0 { return }
        bytes.append(UInt8(field << 3 | 1))
        fixed64(bits)
    }

    /// Eight bytes without a key.
    mutating func fixed64(_ bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: Sizes of what the functions above write, in bytes

    static func varintSize(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }

    /// A message with a content of `count` bytes, header included.
    static func messageSize(_ count: Int) -> Int {
        1 + varintSize(UInt64(count)) + count
    }

    static func textSize(_ count: Int) -> Int {
        count == 0 ? 0 : messageSize(count)
    }

    static func numberSize(_ value: UInt64) -> Int {
        value == 0 ? 0 : 1 + varintSize(value)
    }

    static func doubleSize(bits: UInt64) -> Int {
        bits == 0 ? 0 : 9
    }
}

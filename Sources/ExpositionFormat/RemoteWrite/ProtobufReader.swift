/// Walks the fields of one protobuf message in place. Reads nothing outside of its buffer; copies nothing.
/// Source: protobuf.dev, "Encoding".
struct ProtobufReader {
    struct Key: Equatable {
        let number: Int
        let wireType: WireType
    }

    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case groupStart = 3
        case groupEnd = 4
        case fixed32 = 5
    }

    /// The whole message.
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    /// Where `bytes` begins in the whole request, for faults.
    private let base: Int

    init(_ bytes: UnsafeRawBufferPointer, base: Int = 0) {
        self.bytes = bytes
        self.base = base
    }

    @inline(__always) var isAtEnd: Bool { offset == bytes.count }
    /// The offset in the whole request.
    @inline(__always) var position: Int { base + offset }

    @inline(__always)
    mutating func key() throws(RemoteWriteFault) -> Key {
        let start = offset
        // All fields that remote write knows have keys of one byte; wire type 5 is the highest one.
        if start < bytes.count, bytes[start] & 0x87 < 6, bytes[start] >= 8, let wireType = WireType(rawValue: bytes[start] & 7) {
            offset += 1
            return Key(number: Int(bytes[start] >> 3), wireType: wireType)
        }
        let raw = try varint()
        let number = raw >> 3
        guard let wireType = WireType(rawValue: UInt8(raw & 7)) else { throw .unknownWireType(UInt8(raw & 7), at: base + start) }
        guard (1...0x1FFF_FFFF).contains(number) else { throw .invalidFieldNumber(at: base + start) }
        return Key(number: Int(number), wireType: wireType)
    }

    @inline(__always)
    mutating func varint() throws(RemoteWriteFault) -> UInt64 {
        if offset < bytes.count, bytes[offset] < 0x80 {
            defer { offset += 1 }
            return UInt64(bytes[offset])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(RemoteWriteFault) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for index in 0..<10 {
            guard offset < bytes.count else { throw .truncated(at: base + start) }
            let byte = bytes[offset]
            offset += 1
            // The tenth byte holds the topmost bit and nothing else.
            if index == 9 && byte > 1 { throw .overlongVarint(at: base + start) }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return value }
        }
        throw .overlongVarint(at: base + start)
    }

    @inline(__always)
    mutating func fixed64() throws(RemoteWriteFault) -> UInt64 {
        guard bytes.count - offset >= 8 else { throw .truncated(at: base + offset) }
        defer { offset += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The content of a length-delimited field: a text or a message inside the same buffer.
    @inline(__always)
    mutating func region() throws(RemoteWriteFault) -> UnsafeRawBufferPointer {
        let start = offset
        let length = try varint()
        guard length <= UInt64(bytes.count - offset) else { throw .truncated(at: base + start) }
        defer { offset += Int(length) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + Int(length))])
    }

    /// Passes over a length-delimited field.
    @inline(__always)
    mutating func skipRegion() throws(RemoteWriteFault) {
        let start = offset
        let length = try varint()
        guard length <= UInt64(bytes.count - offset) else { throw .truncated(at: base + start) }
        offset += Int(length)
    }

    /// A reader for the message in a length-delimited field.
    @inline(__always)
    mutating func message() throws(RemoteWriteFault) -> ProtobufReader {
        let content = try region()
        return ProtobufReader(content, base: base + offset - content.count)
    }

    mutating func skip(_ key: Key) throws(RemoteWriteFault) {
        try skip(key, depth: 0)
    }

    // MARK: - Private

    private mutating func skip(_ key: Key, depth: Int) throws(RemoteWriteFault) {
        switch key.wireType {
        case .varint: _ = try varint()
        case .fixed64: try advance(8)
        case .fixed32: try advance(4)
        case .bytes: _ = try region()
        case .groupEnd: throw .unbalancedGroup(at: base + offset)
        case .groupStart:
            guard depth < 32 else { throw .unbalancedGroup(at: base + offset) }
            while true {
                let inner = try self.key()
                if inner.wireType == .groupEnd {
                    guard inner.number == key.number else { throw .unbalancedGroup(at: base + offset) }
                    return
                }
                try skip(inner, depth: depth + 1)
            }
        }
    }

    private mutating func advance(_ count: Int) throws(RemoteWriteFault) {
        guard bytes.count - offset >= count else { throw .truncated(at: base + offset) }
        offset += count
    }
}

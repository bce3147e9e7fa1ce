extension RemoteWriteRequest {
    /// The protobuf bytes of the request, to be compressed with `SnappyBlock`. The encodings of two requests, one behind the other,
    /// are the encoding of a request that holds both.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for one in series {
            var message: [UInt8] = []
            for label in one.labels {
                let size = Self.textSize(label.name) + Self.textSize(label.value)
                message.append(0x0A)
                Self.append(varint: UInt64(size), to: &message)
                Self.append(text: label.name, field: 1, to: &message)
                Self.append(text: label.value, field: 2, to: &message)
            }
            for point in one.points { Self.append(point, to: &message) }
            bytes.append(0x0A)
            Self.append(varint: UInt64(message.count), to: &bytes)
            bytes += message
        }
        return bytes
    }

    // MARK: - Private

    private static func append(_ point: Point, to bytes: inout [UInt8]) {
        let timestamp = UInt64(bitPattern: point.timestamp)
        // -0 and NaN are not the zero that may be left out.
        let hasValue = point.value.bitPattern != 0
        bytes.append(0x12)
        append(varint: UInt64((hasValue ? 9 : 0) + (timestamp == 0 ? 0 : 1 + varintSize(timestamp))), to: &bytes)
        if hasValue {
            bytes.append(0x09)
            withUnsafeBytes(of: point.value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        if timestamp != 0 {
            bytes.append(0x10)
            append(varint: timestamp, to: &bytes)
        }
    }

    private static func append(text: String, field: UInt8, to bytes: inout [UInt8]) {
        if text.isEmpty { return }
        bytes.append(field << 3 | 2)
        append(varint: UInt64(text.utf8.count), to: &bytes)
        bytes += text.utf8
    }

    private static func textSize(_ text: String) -> Int {
        let count = text.utf8.count
        return count == 0 ? 0 : 1 + varintSize(UInt64(count)) + count
    }

    private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func varintSize(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }
}

/// A histogram of the protobuf exposition as the fields of remote write's `Histogram` message.
/// Sources: `io/prometheus/client/metrics.proto`; `prompb/types.proto`.
struct NativeFields {
    /// Without a time. Empty fields are left out.
    private(set) var bytes: [UInt8] = []
    /// It has buckets of its own choosing. Source: Prometheus, "Native Histograms" specification, "Exposition formats".
    private(set) var isNative = false
    private(set) var count = 0.0
    private(set) var sum = 0.0

    init(_ message: ProtobufReader) throws(RemoteWriteFault) {
        var fields = message
        var isFloat = false
        var wholeCount: UInt64 = 0
        var (floatCount, zeroCount) = (0.0, 0.0)
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .varint): wholeCount = try fields.varint()
            case (2, .fixed64): sum = Double(bitPattern: try fields.fixed64())
            case (4, .fixed64): floatCount = Double(bitPattern: try fields.fixed64())
            case (5, .varint): number(4, try fields.varint())
            case (6, .fixed64): note(double(5, try fields.fixed64()))
            case (7, .varint): note(number(6, try fields.varint()))
            case (8, .fixed64): zeroCount = Double(bitPattern: try fields.fixed64())
            case (9, .bytes): note(region(8, try fields.region()))
            case (10, .bytes): region(9, try fields.region())
            case (10, .varint): number(9, try fields.varint())
            case (11, .bytes), (11, .fixed64):
                isFloat = true
                try doubles(10, key, &fields)
            case (12, .bytes): note(region(11, try fields.region()))
            case (13, .bytes): region(12, try fields.region())
            case (13, .varint): number(12, try fields.varint())
            case (14, .bytes), (14, .fixed64):
                isFloat = true
                try doubles(13, key, &fields)
            default: try fields.skip(key)
            }
        }
        if zeroCount > 0 {
            note(double(7, zeroCount.bitPattern))
            isFloat = true
        }
        isFloat = isFloat || floatCount > 0
        count = isFloat ? floatCount : Double(wholeCount)
        if isFloat { double(2, count.bitPattern) } else { number(1, wholeCount) }
        double(3, sum.isNaN ? ExpositionNumber.notANumber.bitPattern : sum.bitPattern)
    }

    // MARK: - Private

    private mutating func note(_ isThere: Bool) {
        isNative = isNative || isThere
    }

    private mutating func key(_ field: Int, _ type: UInt8) {
        bytes.append(UInt8(field << 3) | type)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// False when it is zero, and therefore left out: only where fields are not repeated does nobody miss it.
    @discardableResult
    private mutating func number(_ field: Int, _ value: UInt64) -> Bool {
        if value == 0 && field != 9 && field != 12 { return false }
        key(field, 0)
        varint(value)
        return true
    }

    @discardableResult
    private mutating func double(_ field: Int, _ bits: UInt64) -> Bool {
        if bits == 0 { return false }
        key(field, 1)
        withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
        return true
    }

    @discardableResult
    private mutating func region(_ field: Int, _ content: UnsafeRawBufferPointer) -> Bool {
        key(field, 2)
        varint(UInt64(content.count))
        bytes += content
        return true
    }

    private mutating func doubles(_ field: Int, _ key: ProtobufReader.Key, _ fields: inout ProtobufReader) throws(RemoteWriteFault) {
        if key.wireType == .bytes {
            region(field, try fields.region())
        } else {
            self.key(field, 1)
            let bits = try fields.fixed64()
            withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
        }
    }
}

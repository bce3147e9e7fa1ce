/// A `Histogram` message of a remote-write request: a native histogram as it stands on the wire, not checked.
/// Source: `prompb/types.proto`; remote write 2.0 writes the same fields.
public struct RemoteWriteHistogram: Hashable, Sendable {
    /// Buckets side by side.
    public struct Span: Hashable, Sendable {
        /// The index of the first span's first bucket; for later spans, how many empty buckets lie before it.
        public var offset: Int32
        public var length: UInt32

        public init(offset: Int32, length: UInt32) {
            self.offset = offset
            self.length = length
        }
    }

    /// A number of observations: the wire has a field for each form.
    public enum Count: Hashable, Sendable {
        case whole(UInt64)
        case fraction(Double)
    }

    /// The buckets above or those below zero. Of `deltas` and `counts` only one is used, as the form of `count` says.
    public struct Side: Hashable, Sendable {
        public var spans: [Span]
        /// Whole counts: the first bucket's, then differences to the bucket before.
        public var deltas: [Int64]
        /// Fractional counts of each bucket.
        public var counts: [Double]

        public init(spans: [Span] = [], deltas: [Int64] = [], counts: [Double] = []) {
            self.spans = spans
            self.deltas = deltas
            self.counts = counts
        }
    }

    /// Milliseconds since the epoch.
    public var timestamp: Int64 = 0
    public var count = Count.whole(0)
    public var sum = 0.0
    public var schema: Int32 = 0
    public var zeroThreshold = 0.0
    public var zeroCount = Count.whole(0)
    public var negative = Side()
    public var positive = Side()
    /// 0 unknown, 1 reset, 2 not reset, 3 gauge.
    public var resetHint = 0
    /// Upper bounds of the buckets of schema -53.
    public var customValues: [Double] = []

    public init() {}
}

// MARK: - Decoding

extension RemoteWriteHistogram {
    /// Reads one message; unknown fields are skipped, repeated numbers may be packed or not.
    public init(decoding message: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        try self.init(ProtobufReader(message))
    }

    init(_ message: ProtobufReader) throws(RemoteWriteFault) {
        self.init()
        var reader = message
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .varint): count = .whole(try reader.varint())
            case (2, .fixed64): count = .fraction(Double(bitPattern: try reader.fixed64()))
            case (3, .fixed64): sum = Double(bitPattern: try reader.fixed64())
            case (4, .varint): schema = Int32(truncatingIfNeeded: Self.signed(try reader.varint()))
            case (5, .fixed64): zeroThreshold = Double(bitPattern: try reader.fixed64())
            case (6, .varint): zeroCount = .whole(try reader.varint())
            case (7, .fixed64): zeroCount = .fraction(Double(bitPattern: try reader.fixed64()))
            case (8, _), (9, _), (10, _): try negative.read(key, first: 8, from: &reader)
            case (11, _), (12, _), (13, _): try positive.read(key, first: 11, from: &reader)
            case (14, .varint): resetHint = Int(truncatingIfNeeded: try reader.varint())
            case (15, .varint): timestamp = Int64(bitPattern: try reader.varint())
            case (16, .bytes), (16, .fixed64): try Self.read(key, doubles: &customValues, from: &reader)
            default: try reader.skip(key)
            }
        }
    }

    // MARK: - Private

    fileprivate static func signed(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// Packed, or one of them.
    fileprivate static func read(
        _ key: ProtobufReader.Key, doubles: inout [Double], from reader: inout ProtobufReader
    ) throws(RemoteWriteFault) {
        guard key.wireType == .bytes else {
            doubles.append(Double(bitPattern: try reader.fixed64()))
            return
        }
        var packed = try reader.message()
        doubles.reserveCapacity(doubles.count + packed.bytes.count / 8)
        while !packed.isAtEnd { doubles.append(Double(bitPattern: try packed.fixed64())) }
    }
}

extension RemoteWriteHistogram.Side {
    /// Spans have the field number `first`, deltas and counts the next two.
    fileprivate mutating func read(
        _ key: ProtobufReader.Key, first: Int, from reader: inout ProtobufReader
    ) throws(RemoteWriteFault) {
        switch (key.number - first, key.wireType) {
        case (0, .bytes): spans.append(try RemoteWriteHistogram.Span(reader.message()))
        case (1, .varint): deltas.append(RemoteWriteHistogram.signed(try reader.varint()))
        case (1, .bytes):
            var packed = try reader.message()
            while !packed.isAtEnd { deltas.append(RemoteWriteHistogram.signed(try packed.varint())) }
        case (2, .bytes), (2, .fixed64): try RemoteWriteHistogram.read(key, doubles: &counts, from: &reader)
        default: try reader.skip(key)
        }
    }
}

extension RemoteWriteHistogram.Span {
    fileprivate init(_ message: ProtobufReader) throws(RemoteWriteFault) {
        self.init(offset: 0, length: 0)
        var reader = message
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .varint): offset = Int32(truncatingIfNeeded: RemoteWriteHistogram.signed(try reader.varint()))
            case (2, .varint): length = UInt32(truncatingIfNeeded: try reader.varint())
            default: try reader.skip(key)
            }
        }
    }
}

// MARK: - Encoding

extension ProtobufWriter {
    /// The content of a `Histogram` message.
    mutating func histogram(_ histogram: RemoteWriteHistogram) {
        count(histogram.count, whole: 1)
        double(bits: histogram.sum.bitPattern, field: 3)
        number(Self.zigzag(Int64(histogram.schema)), field: 4)
        double(bits: histogram.zeroThreshold.bitPattern, field: 5)
        count(histogram.zeroCount, whole: 6)
        side(histogram.negative, first: 8)
        side(histogram.positive, first: 11)
        number(UInt64(truncatingIfNeeded: histogram.resetHint), field: 14)
        number(UInt64(bitPattern: histogram.timestamp), field: 15)
        if !histogram.customValues.isEmpty {
            // Field 16, the only one whose key takes two bytes.
            varint(16 << 3 | 2)
            doubles(histogram.customValues)
        }
    }

    // MARK: - Private

    /// Written also when it is zero: the field tells the form of the histogram.
    private mutating func count(_ count: RemoteWriteHistogram.Count, whole field: Int) {
        switch count {
        case .whole(let value):
            varint(UInt64(field << 3))
            varint(value)
        case .fraction(let value):
            varint(UInt64((field + 1) << 3 | 1))
            fixed64(value.bitPattern)
        }
    }

    private mutating func side(_ side: RemoteWriteHistogram.Side, first: Int) {
        for span in side.spans {
            let (offset, length) = (Self.zigzag(Int64(span.offset)), UInt64(span.length))
            header(field: first, count: Self.numberSize(offset) + Self.numberSize(length))
            number(offset, field: 1)
            number(length, field: 2)
        }
        if !side.deltas.isEmpty {
            let deltas = side.deltas.map(Self.zigzag)
            header(field: first + 1, count: deltas.reduce(0) { $0 + Self.varintSize($1) })
            for delta in deltas { varint(delta) }
        }
        if !side.counts.isEmpty {
            varint(UInt64((first + 2) << 3 | 2))
            doubles(side.counts)
        }
    }

    private mutating func doubles(_ values: [Double]) {
        varint(UInt64(values.count * 8))
        for value in values { fixed64(value.bitPattern) }
    }

    private static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value << 1) ^ (value >> 63))
    }
}

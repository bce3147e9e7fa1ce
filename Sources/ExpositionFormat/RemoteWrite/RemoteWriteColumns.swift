/// A remote-write 1.0 request as flat columns: where the labels of each series lie, and all samples one behind the other.
///
/// One pass finds everything; no label becomes a text and nothing is allocated once the columns have grown to the size of a usual
/// request, so that they are worth keeping for the next one.
/// Source: Prometheus Remote-Write 1.0 specification; `prompb/types.proto` and `prompb/remote.proto` name the fields.
public struct RemoteWriteColumns: Sendable {
    /// One `TimeSeries` message.
    public struct Series: Sendable {
        /// The `labels` fields from the first one's tag to the last one's end, as a range of bytes of the request; of `gathered` when
        /// `isGathered`.
        public var labels: Range<Int>
        /// Other fields stood between the labels.
        public var isGathered: Bool
        /// Of `timestamps` and `values`.
        public var samples: Range<Int>
    }

    /// A message that is kept as it came: a range of bytes of the request, and the number of its series.
    public struct Attachment: Sendable {
        public var series: Int
        public var message: Range<Int>
    }

    public private(set) var series: ContiguousArray<Series> = []
    /// Milliseconds since the epoch.
    public private(set) var timestamps: ContiguousArray<Int64> = []
    /// NaN payloads are kept: one of them is the stale marker.
    public private(set) var values: ContiguousArray<Double> = []
    public private(set) var histograms: [Attachment] = []
    public private(set) var exemplars: [Attachment] = []
    /// `MetricMetadata` messages.
    public private(set) var metadata: [Range<Int>] = []
    public private(set) var gathered: [UInt8] = []

    public init() {}

    /// Replaces the content with that of `request`, already decompressed. Unknown fields are skipped. After a fault the columns hold
    /// the series before it.
    public mutating func scan(_ request: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        removeAll()
        var reader = ProtobufReader(request)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes):
                let message = try reader.region().offsets(in: request)
                if !scanUsualSeries(message, in: request) {
                    try scanSeries(
                        ProtobufReader(UnsafeRawBufferPointer(rebasing: request[message]), base: message.lowerBound), in: request)
                }
            case (3, .bytes): metadata.append(try reader.region().offsets(in: request))
            default: try reader.skip(key)
            }
        }
    }

    // MARK: - Private

    private mutating func removeAll() {
        series.removeAll(keepingCapacity: true)
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll(keepingCapacity: true)
        metadata.removeAll(keepingCapacity: true)
        gathered.removeAll(keepingCapacity: true)
    }

    /// What nearly all series look like: labels, then samples with a value and a time, all lengths in one byte. Anything else is left to
    /// `scanSeries`, without a trace.
    @inline(__always)
    private mutating func scanUsualSeries(_ message: Range<Int>, in request: UnsafeRawBufferPointer) -> Bool {
        let end = message.upperBound
        var position = message.lowerBound
        while position + 1 < end, request[position] == 0x0A, request[position + 1] < 0x80 { position += 2 + Int(request[position + 1]) }
        let labels = message.lowerBound..<position
        let firstSample = timestamps.count
        // Tag and length, tag and eight bytes of value, tag and a time; eight bytes may be read where the time begins.
        while position + 20 <= request.count, position < end, request[position] == 0x12, request[position + 2] == 0x09,
            request[position + 11] == 0x10
        {
            let word = UInt64(littleEndian: request.loadUnaligned(fromByteOffset: position + 12, as: UInt64.self))
            // The first byte without the bit that says "more follow" is the last one of the time.
            let timeBits = (~word & 0x8080_8080_8080_8080).trailingZeroBitCount + 1
            guard timeBits <= 56, Int(request[position + 1]) == 10 + timeBits / 8 else { break }
            timestamps.append(Int64(Self.varint(word, bits: timeBits)))
            values.append(Double(bitPattern: UInt64(littleEndian: request.loadUnaligned(fromByteOffset: position + 3, as: UInt64.self))))
            position += 12 + timeBits / 8
        }
        guard position == end else {
            timestamps.removeSubrange(firstSample...)
            values.removeSubrange(firstSample...)
            return false
        }
        series.append(Series(labels: labels, isGathered: false, samples: firstSample..<timestamps.count))
        return true
    }

    /// The number whose varint is the lowest `bits` of `word`, at most 56.
    @inline(__always)
    private static func varint(_ word: UInt64, bits: Int) -> UInt64 {
        var groups = word & ((1 << UInt64(bits)) - 1) & 0x7F7F_7F7F_7F7F_7F7F
        // Groups of 7 bits close up: by two, by four, and all.
        groups = (groups & 0x007F_007F_007F_007F) | (groups & 0x7F00_7F00_7F00_7F00) >> 1
        groups = (groups & 0x0000_3FFF_0000_3FFF) | (groups & 0x3FFF_0000_3FFF_0000) >> 2
        return (groups & 0x0000_0000_0FFF_FFFF) | (groups & 0x0FFF_FFFF_0000_0000) >> 4
    }

    private mutating func scanSeries(_ message: ProtobufReader, in request: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        var reader = message
        let firstSample = timestamps.count
        var labels = 0..<0
        var isGathered = false
        while !reader.isAtEnd {
            let start = reader.position
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes):
                try reader.skipRegion()
                if labels.isEmpty {
                    labels = start..<reader.position
                } else if labels.upperBound == start && !isGathered {
                    labels = labels.lowerBound..<reader.position
                } else {
                    if !isGathered { labels = gather(request[labels]) }
                    isGathered = true
                    labels = labels.lowerBound..<gather(request[start..<reader.position]).upperBound
                }
            case (2, .bytes): try scanSample(reader.message())
            case (3, .bytes):
                exemplars.append(Attachment(series: series.count, message: try reader.region().offsets(in: request)))
            case (4, .bytes):
                histograms.append(Attachment(series: series.count, message: try reader.region().offsets(in: request)))
            default: try reader.skip(key)
            }
        }
        series.append(Series(labels: labels, isGathered: isGathered, samples: firstSample..<timestamps.count))
    }

    private mutating func gather(_ bytes: Slice<UnsafeRawBufferPointer>) -> Range<Int> {
        let start = gathered.count
        gathered.append(contentsOf: bytes)
        return start..<gathered.count
    }

    private mutating func scanSample(_ message: ProtobufReader) throws(RemoteWriteFault) {
        var reader = message
        // Zero values are left out on the wire.
        var value = 0.0
        var timestamp: Int64 = 0
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .fixed64): value = Double(bitPattern: try reader.fixed64())
            case (2, .varint): timestamp = Int64(bitPattern: try reader.varint())
            default: try reader.skip(key)
            }
        }
        timestamps.append(timestamp)
        values.append(value)
    }
}

extension UnsafeRawBufferPointer {
    /// Where this part lies in `whole`.
    fileprivate func offsets(in whole: UnsafeRawBufferPointer) -> Range<Int> {
        guard let start = baseAddress, let origin = whole.baseAddress else { return 0..<0 }
        return (start - origin)..<(start - origin + count)
    }
}

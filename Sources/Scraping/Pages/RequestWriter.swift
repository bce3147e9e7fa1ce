import ExpositionFormat
import PostwatchModel

/// Writes a remote-write 1.0 request: series that have one sample each, in the form that readers know best.
/// Source: Prometheus remote write 1.0, `types.proto`.
struct RequestWriter {
    private var bytes: [UInt8]
    private var count = 0
    /// Of the samples without a time of their own.
    private let time: SampleTime

    /// The time of a sample as it stands behind its value.
    private struct SampleTime {
        /// Tag and varint, in as many of the lowest bytes.
        let low: UInt64
        let high: UInt32
        let count: Int

        init(_ milliseconds: Int64) {
            var field: [UInt8] = [0x10]
            var rest = UInt64(bitPattern: milliseconds)
            while rest >= 0x80 {
                field.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            field.append(UInt8(rest))
            count = field.count
            low = field.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            high = field.dropFirst(8).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// - Parameters:
    ///   - time: of the samples without a time of their own; milliseconds since the epoch.
    ///   - capacity: how many bytes the request will have, about.
    init(time: Int64, capacity: Int) {
        self.time = SampleTime(time)
        bytes = [UInt8](repeating: 0, count: max(capacity, 1024))
    }

    /// The request. Nothing is to be written behind it.
    mutating func finish() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Adds a series with one sample.
    @inline(__always)
    mutating func sample(_ labels: UnsafeRawBufferPointer, _ value: Double) {
        sample(labels, value, time)
    }

    mutating func sample(_ labels: UnsafeRawBufferPointer, _ value: Double, at timestamp: Int64) {
        sample(labels, value, SampleTime(timestamp))
    }

    /// Adds a series whose message was put together by `message`.
    mutating func series(_ labels: UnsafeRawBufferPointer, _ fields: [UInt8]) {
        reserve(labels.count + fields.count + 16)
        bytes.withUnsafeMutableBytes { buffer in
            Self.header(0x0A, labels.count + fields.count, buffer, &count)
            Self.copy(labels, buffer, &count)
            fields.withUnsafeBytes { Self.copy($0, buffer, &count) }
        }
    }

    /// Adds what is known of a metric family.
    mutating func metadata(_ family: String, _ metadata: MetricMetadata) {
        var message: [UInt8] = []
        if let type = Self.types[metadata.kind] { message += [0x08, type] }
        for (tag, text) in [(UInt8(0x12), family), (0x22, metadata.help), (0x2A, metadata.unit)] where !text.isEmpty {
            Self.field(tag, Array(text.utf8), to: &message)
        }
        reserve(message.count + 16)
        bytes.withUnsafeMutableBytes { buffer in
            Self.header(0x1A, message.count, buffer, &count)
            message.withUnsafeBytes { Self.copy($0, buffer, &count) }
        }
    }

    /// The fields of one sample and its exemplar, as `series` takes them.
    static func fields(value: Double, at timestamp: Int64, exemplar: ExpositionExemplar) -> [UInt8] {
        var fields: [UInt8] = []
        field(0x12, point(value, timestamp, tags: (0x09, 0x10)), to: &fields)
        field(0x1A, message(exemplar, at: timestamp), to: &fields)
        return fields
    }

    /// The field of a native histogram at its time.
    static func histogram(_ fields: [UInt8], at timestamp: Int64) -> [UInt8] {
        var message = fields + [0x78]
        varint(UInt64(bitPattern: timestamp), to: &message)
        var bytes: [UInt8] = []
        field(0x22, message, to: &bytes)
        return bytes
    }

    /// The end of a series of native histograms: one whose sum is the stale marker.
    static func staleHistogram(at timestamp: Int64) -> [UInt8] {
        histogram([0x19] + withUnsafeBytes(of: Sample.staleMarker.bitPattern.littleEndian) { Array($0) }, at: timestamp)
    }

    /// An `Exemplar` message; one without a time has that of its sample.
    static func message(_ exemplar: ExpositionExemplar, at timestamp: Int64) -> [UInt8] {
        var message: [UInt8] = []
        for label in exemplar.labels where !label.value.isEmpty {
            label.name.withUnsafeBytes { name in label.value.withUnsafeBytes { LabelBytes.append(name: name, value: $0, to: &message) } }
        }
        return message + point(exemplar.value, exemplar.timestamp ?? timestamp, tags: (0x11, 0x18))
    }

    /// A field with a length.
    static func field(_ tag: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(tag)
        varint(UInt64(content.count), to: &bytes)
        bytes += content
    }

    static func varint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    // MARK: - Private

    private static let types: [MetricMetadata.Kind: UInt8] = [
        .counter: 1, .gauge: 2, .histogram: 3, .gaugehistogram: 4, .summary: 5, .info: 6, .stateset: 7,
    ]

    private static func point(_ value: Double, _ timestamp: Int64, tags: (UInt8, UInt8)) -> [UInt8] {
        var point = [tags.0]
        withUnsafeBytes(of: value.bitPattern.littleEndian) { point += $0 }
        point.append(tags.1)
        varint(UInt64(bitPattern: timestamp), to: &point)
        return point
    }

    /// `TimeSeries { labels, Sample { value, timestamp } }`
    @inline(__always)
    private mutating func sample(_ labels: UnsafeRawBufferPointer, _ value: Double, _ time: SampleTime) {
        // Headers of five bytes, the value of nine, a time of twelve at most.
        reserve(labels.count + 40)
        let sampleCount = 9 + time.count
        bytes.withUnsafeMutableBytes { buffer in
            Self.header(0x0A, labels.count + 2 + sampleCount, buffer, &count)
            Self.copy(labels, buffer, &count)
            buffer[count] = 0x12
            buffer[count + 1] = UInt8(truncatingIfNeeded: sampleCount)
            buffer[count + 2] = 0x09
            buffer.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: count + 3, as: UInt64.self)
            buffer.storeBytes(of: time.low.littleEndian, toByteOffset: count + 11, as: UInt64.self)
            buffer.storeBytes(of: time.high.littleEndian, toByteOffset: count + 19, as: UInt32.self)
            count += 2 + sampleCount
        }
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if bytes.count - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        bytes += [UInt8](repeating: 0, count: max(more, bytes.count))
    }

    @inline(__always)
    private static func header(_ tag: UInt8, _ length: Int, _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        buffer[count] = tag
        count += 1
        var rest = length
        while rest >= 0x80 {
            buffer[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            count += 1
        }
        buffer[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    @inline(__always)
    private static func copy(_ content: UnsafeRawBufferPointer, _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        guard let to = buffer.baseAddress, let from = content.baseAddress else { return }
        // Callers reserve.
        (to + count).copyMemory(from: from, byteCount: content.count)
        count += content.count
    }
}

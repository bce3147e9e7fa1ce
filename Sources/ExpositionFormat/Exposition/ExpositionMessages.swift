/// Reads a page of metrics as delimited protobuf messages, the one format that has native histograms.
///
/// Each series comes as its text form, so that whoever remembers series by their bytes need not care which format a page had.
/// Source: `io/prometheus/client/metrics.proto` of prometheus/client_model; Prometheus documentation, "Exposition formats".
public struct ExpositionMessages {
    /// What a page says, in its order. Buffers are valid during the call.
    public protocol Reader {
        /// - Parameter kind: as the text formats write it.
        mutating func family(_ name: String, kind: String, help: String, unit: String)
        /// A value of the series `series`, which is written as in the text formats.
        mutating func sample(_ series: UnsafeRawBufferPointer, _ value: Double, at timestamp: Int64?, exemplar: ExpositionExemplar?)
        /// A native histogram. `fields` are those of remote write's `Histogram` message but for the time.
        mutating func histogram(_ series: UnsafeRawBufferPointer, _ fields: [UInt8], at timestamp: Int64?)
    }

    /// Whether histograms that are native have classic buckets too.
    private let keepsClassicBuckets: Bool

    public init(keepsClassicBuckets: Bool = false) {
        self.keepsClassicBuckets = keepsClassicBuckets
    }

    /// Reads the whole page. Throws `malformedMessage`; what came before was given to `reader`.
    public func read(_ page: UnsafeRawBufferPointer, _ reader: inout some Reader) throws(ExpositionFault) {
        var messages = ProtobufReader(page)
        do throws(RemoteWriteFault) {
            while !messages.isAtEnd { try readFamily(messages.message(), &reader) }
        } catch {
            throw .malformedMessage(offset: messages.offset)
        }
    }

    // MARK: - Private

    fileprivate struct Metric {
        /// `name="value",…`, with escapes.
        var labels: [UInt8] = []
        var timestamp: Int64?
    }

    private func readFamily(_ message: ProtobufReader, _ reader: inout some Reader) throws(RemoteWriteFault) {
        var fields = message
        var (name, help, unit) = ("", "", "")
        var type: UInt64 = 0
        var metrics: [ProtobufReader] = []
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): name = String(decoding: try fields.region(), as: UTF8.self)
            case (2, .bytes): help = String(decoding: try fields.region(), as: UTF8.self)
            case (3, .varint): type = try fields.varint()
            case (4, .bytes): metrics.append(try fields.message())
            case (5, .bytes): unit = String(decoding: try fields.region(), as: UTF8.self)
            default: try fields.skip(key)
            }
        }
        let kinds = ["counter", "gauge", "summary", "unknown", "histogram", "gaugehistogram"]
        reader.family(name, kind: type < 6 ? kinds[Int(type)] : "unknown", help: help, unit: unit)
        for metric in metrics { try readMetric(metric, of: name, &reader) }
    }

    private func readMetric(_ message: ProtobufReader, of name: String, _ reader: inout some Reader) throws(RemoteWriteFault) {
        var fields = message
        var metric = Metric()
        var values: [(number: Int, message: ProtobufReader)] = []
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): try Self.label(fields.message(), to: &metric.labels)
            case (2...5, .bytes), (7, .bytes): values.append((key.number, try fields.message()))
            case (6, .varint): metric.timestamp = Int64(bitPattern: try fields.varint())
            default: try fields.skip(key)
            }
        }
        for (number, message) in values {
            switch number {
            case 4: try readSummary(message, metric, of: name, &reader)
            case 7: try readHistogram(message, metric, of: name, &reader)
            default:
                var fields = message
                var value = 0.0
                var exemplar: ExpositionExemplar?
                while !fields.isAtEnd {
                    let key = try fields.key()
                    switch (key.number, key.wireType) {
                    case (1, .fixed64): value = Double(bitPattern: try fields.fixed64())
                    case (2, .bytes) where number == 3: exemplar = try Self.exemplar(fields.message())
                    default: try fields.skip(key)
                    }
                }
                give(name, metric, value, exemplar, &reader)
            }
        }
    }

    private func readSummary(
        _ message: ProtobufReader, _ metric: Metric, of name: String, _ reader: inout some Reader
    ) throws(RemoteWriteFault) {
        var fields = message
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .varint): give(name + "_count", metric, Double(try fields.varint()), nil, &reader)
            case (2, .fixed64): give(name + "_sum", metric, Double(bitPattern: try fields.fixed64()), nil, &reader)
            case (3, .bytes):
                var quantile = try fields.message()
                var (rank, value) = (0.0, 0.0)
                while !quantile.isAtEnd {
                    let key = try quantile.key()
                    switch (key.number, key.wireType) {
                    case (1, .fixed64): rank = Double(bitPattern: try quantile.fixed64())
                    case (2, .fixed64): value = Double(bitPattern: try quantile.fixed64())
                    default: try quantile.skip(key)
                    }
                }
                give(name, metric.adding("quantile", rank), value, nil, &reader)
            default: try fields.skip(key)
            }
        }
    }

    private func readHistogram(
        _ message: ProtobufReader, _ metric: Metric, of name: String, _ reader: inout some Reader
    ) throws(RemoteWriteFault) {
        let native = try NativeFields(message)
        if native.isNative {
            Self.withSeries(name, metric.labels) { reader.histogram($0, native.bytes, at: metric.timestamp) }
            if !keepsClassicBuckets { return }
        }
        var fields = message
        var hasInfiniteBucket = false
        while !fields.isAtEnd {
            let key = try fields.key()
            guard key.number == 3, key.wireType == .bytes else {
                try fields.skip(key)
                continue
            }
            var bucket = try fields.message()
            var (count, bound) = (0.0, 0.0)
            var exemplar: ExpositionExemplar?
            while !bucket.isAtEnd {
                let key = try bucket.key()
                switch (key.number, key.wireType) {
                case (1, .varint): count = Double(try bucket.varint())
                case (2, .fixed64): bound = Double(bitPattern: try bucket.fixed64())
                case (3, .bytes): exemplar = try Self.exemplar(bucket.message())
                case (4, .fixed64): count = Double(bitPattern: try bucket.fixed64())
                default: try bucket.skip(key)
                }
            }
            hasInfiniteBucket = hasInfiniteBucket || bound == .infinity
            give(name + "_bucket", metric.adding("le", bound), count, exemplar, &reader)
        }
        // Left out by some clients, since it is the count.
        if !hasInfiniteBucket { give(name + "_bucket", metric.adding("le", .infinity), native.count, nil, &reader) }
        give(name + "_sum", metric, native.sum, nil, &reader)
        give(name + "_count", metric, native.count, nil, &reader)
    }

    private func give(
        _ name: String, _ metric: Metric, _ value: Double, _ exemplar: ExpositionExemplar?, _ reader: inout some Reader
    ) {
        Self.withSeries(name, metric.labels) {
            reader.sample($0, value.isNaN ? ExpositionNumber.notANumber : value, at: metric.timestamp, exemplar: exemplar)
        }
    }

    private static func withSeries(_ name: String, _ labels: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
        var series: [UInt8] = Array("{\"".utf8)
        append(escaping: name.utf8, to: &series)
        series += Array("\",".utf8) + labels + Array("}".utf8)
        series.withUnsafeBytes(body)
    }

    private static func label(_ message: ProtobufReader, to labels: inout [UInt8]) throws(RemoteWriteFault) {
        let (name, value) = try pair(message)
        labels += Array("\"".utf8)
        append(escaping: name, to: &labels)
        labels += Array("\"=\"".utf8)
        append(escaping: value, to: &labels)
        labels += Array("\",".utf8)
    }

    private static func pair(
        _ message: ProtobufReader
    ) throws(RemoteWriteFault) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        var fields = message
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var pair = (name: nothing, value: nothing)
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): pair.name = try fields.region()
            case (2, .bytes): pair.value = try fields.region()
            default: try fields.skip(key)
            }
        }
        return pair
    }

    private static func exemplar(_ message: ProtobufReader) throws(RemoteWriteFault) -> ExpositionExemplar {
        var fields = message
        var exemplar = ExpositionExemplar(labels: [], value: 0)
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .bytes):
                let pair = try pair(fields.message())
                exemplar.labels.append(ExpositionLabels.Label(name: Array(pair.name), value: Array(pair.value)))
            case (2, .fixed64): exemplar.value = Double(bitPattern: try fields.fixed64())
            case (3, .bytes): exemplar.timestamp = try time(fields.message())
            default: try fields.skip(key)
            }
        }
        return exemplar
    }

    /// Milliseconds since the epoch of a `google.protobuf.Timestamp`.
    private static func time(_ message: ProtobufReader) throws(RemoteWriteFault) -> Int64 {
        var fields = message
        var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
        while !fields.isAtEnd {
            let key = try fields.key()
            switch (key.number, key.wireType) {
            case (1, .varint): seconds = Int64(bitPattern: try fields.varint())
            case (2, .varint): nanoseconds = Int64(bitPattern: try fields.varint())
            default: try fields.skip(key)
            }
        }
        return seconds &* 1000 &+ nanoseconds / 1_000_000
    }

    fileprivate static func append(escaping text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: bytes.append(byte)
            }
        }
    }
}

extension ExpositionMessages.Metric {
    /// Bounds and ranks as the text formats write them: `0.5`, `1.0`, `+Inf`.
    fileprivate func adding(_ name: String, _ number: Double) -> Self {
        var metric = self
        let text = number.isInfinite ? (number > 0 ? "+Inf" : "-Inf") : "\(number)"
        metric.labels += Array("\(name)=\"\(text)\",".utf8)
        return metric
    }
}

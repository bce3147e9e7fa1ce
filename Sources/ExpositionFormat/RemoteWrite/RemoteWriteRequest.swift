/// The samples of one remote-write 1.0 request: `prometheus.WriteRequest` without its snappy shell.
/// Source: Prometheus Remote-Write 1.0 specification; `prompb/types.proto` and `prompb/remote.proto` name the fields.
public struct RemoteWriteRequest: Hashable, Sendable {
    public struct Label: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Point: Hashable, Sendable {
        /// Milliseconds since the epoch.
        public var timestamp: Int64
        /// NaN payloads are kept: one of them is the stale marker.
        public var value: Double

        public init(timestamp: Int64, value: Double) {
            self.timestamp = timestamp
            self.value = value
        }

        /// By bits, so that NaN equals itself and 0 differs from -0.
        public static func == (left: Point, right: Point) -> Bool {
            left.timestamp == right.timestamp && left.value.bitPattern == right.value.bitPattern
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(timestamp)
            hasher.combine(value.bitPattern)
        }
    }

    public struct Series: Hashable, Sendable {
        /// In the order of the request; a proper sender sorts by name.
        public var labels: [Label]
        public var points: [Point]
        public var histograms: [RemoteWriteHistogram]

        public init(labels: [Label], points: [Point], histograms: [RemoteWriteHistogram] = []) {
            self.labels = labels
            self.points = points
            self.histograms = histograms
        }
    }

    /// What a decoder saw and left out.
    public struct Skipped: Hashable, Sendable {
        public var metadata = 0
        public var exemplars = 0
        /// Series with a label that is not UTF-8. The rest of the request is good.
        public var seriesWithInvalidText = 0

        public init() {}
    }

    public var series: [Series]
    /// Not part of what is encoded.
    public var skipped = Skipped()

    public init(series: [Series] = []) {
        self.series = series
    }
}

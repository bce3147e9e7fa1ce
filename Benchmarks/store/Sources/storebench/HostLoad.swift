import ExpositionFormat
import PostwatchModel

@testable import SeriesStore

/// What many hosts tell every 15 s: label bytes and values of all series, made before anything is measured.
struct HostLoad {
    static let step: Int64 = 15_000
    /// 2026-01-01 00:00 UTC: all samples are of one day.
    static let start: Int64 = 1_767_225_600_000
    static let seriesPerHost = 500

    let labels: [LabelSet]
    /// Of all series, one after the other, `steps` of each.
    private let values: [Double]
    let steps: Int

    init(hosts: Int, steps: Int) {
        var random = RandomSource(seed: 1)
        var labels: [LabelSet] = []
        var values: [Double] = []
        labels.reserveCapacity(hosts * Self.seriesPerHost)
        values.reserveCapacity(hosts * Self.seriesPerHost * steps)
        let entries = HostCatalogue.entries(Self.seriesPerHost)
        for host in 0..<hosts {
            for entry in entries {
                let pairs = entry.labels + [("__name__", entry.metric), ("instance", Self.instance(host))]
                labels.append(LabelSet(pairs))
                values += entry.kind.values(steps, from: &random)
            }
        }
        self.labels = labels
        self.values = values
        self.steps = steps
    }

    var seriesCount: Int { labels.count }
    var sampleCount: Int { labels.count * steps }

    static func instance(_ host: Int) -> String {
        let digits = String(host)
        return "mail-\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits).example.net"
    }

    static func time(of step: Int) -> Int64 { start + Int64(step) * Self.step }

    /// All samples of a series.
    func columns(of series: Int) -> SampleColumns {
        SampleColumns(
            timestamps: (0..<steps).map(Self.time), values: Array(values[(series * steps)..<((series + 1) * steps)]))
    }

    /// The samples of one step as a Prometheus server sends them: snappy blocks, every sample a series message with all its labels.
    func requests(step: Int, samplesPerRequest: Int = 10_000) -> [[UInt8]] {
        stride(from: 0, to: seriesCount, by: samplesPerRequest).map { first in
            var message: [UInt8] = []
            for series in first..<min(first + samplesPerRequest, seriesCount) {
                let time = Self.time(of: step)
                let sampleBytes = 1 + 8 + 1 + Varint.size(UInt64(time))
                message.append(0x0A)
                Varint.append(UInt64(labels[series].bytes.count + 2 + sampleBytes), to: &message)
                message += labels[series].bytes
                message += [0x12, UInt8(sampleBytes), 0x09]
                withUnsafeBytes(of: values[series * steps + step].bitPattern.littleEndian) { message += $0 }
                message.append(0x10)
                Varint.append(UInt64(time), to: &message)
            }
            return SnappyBlock.compress(message)
        }
    }
}

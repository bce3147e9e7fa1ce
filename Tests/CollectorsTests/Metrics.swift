import PostwatchModel

@testable import Collectors

/// Measurements by the text of their series: `node_load1`, `postfix_up{path="…"}`.
struct Metrics {
    let values: [String: Double]

    init(_ measurements: [Measurement]) {
        let samples = measurements.flatMap { $0.samples(at: Timestamp(milliseconds: 0)) }
        values = Dictionary(samples.map { ($0.labels.description, $0.value) }) { _, _ in .nan }
        precondition(values.count == samples.count, "a series was reported twice")
    }

    subscript(series: String) -> Double? { values[series] }

    func names(withPrefix prefix: String) -> [String] { values.keys.filter { $0.hasPrefix(prefix) }.sorted() }
}

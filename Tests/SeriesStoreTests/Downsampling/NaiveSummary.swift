import PostwatchModel

@testable import SeriesStore

/// What stands for the samples of a series, found in the most obvious way.
struct NaiveSummary {
    /// Time → value of the samples.
    let samples: [Int64: Double]
    let length: Int64

    /// Of each stretch the samples that count, oldest first.
    private var stretches: [[(time: Int64, value: Double)]] {
        let sorted = samples.filter { !Sample.isStaleMarker($0.value) }.sorted { $0.key < $1.key }.map { (time: $0.key, value: $0.value) }
        let grouped = Dictionary(grouping: sorted) { Int64((Double($0.time) / Double(length)).rounded(.down)) }
        return grouped.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Time of the last sample of each stretch → what is asked for.
    func values(_ summary: SampleSelection.Summary) -> [Int64: Double] {
        var values: [Int64: Double] = [:]
        for stretch in stretches {
            guard let last = stretch.last else { continue }
            let numbers = stretch.map(\.value)
            switch summary {
            case .last, .counter: values[last.time] = last.value
            case .minimum: values[last.time] = numbers.min()
            case .maximum: values[last.time] = numbers.max()
            case .sum: values[last.time] = numbers.reduce(0, +)
            case .count: values[last.time] = Double(numbers.count)
            }
        }
        return values
    }

    /// What PromQL's `increase` finds, without looking beyond the samples.
    static func increase(_ values: [Double]) -> Double {
        zip(values, values.dropFirst()).reduce(0) { $0 + ($1.1 < $1.0 ? $1.1 : $1.1 - $1.0) }
    }
}

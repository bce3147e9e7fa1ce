import PostwatchModel

/// Quantiles of classic histograms, whose buckets are series with the label `le`.
extension Function {
    static let histograms: [Function] = [
        Function(name: "histogram_quantile", parameters: [.scalar, .instantVector], body: .whole(histogramQuantile))
    ]

    @Sendable private static func histogramQuantile(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        let quantiles = try evaluator.scalar(call.arguments[0])
        let rows = try evaluator.vector(call.arguments[1])
        var histograms: [LabelSet: [(upperBound: Double, row: Int)]] = [:]
        for (index, row) in rows.enumerated() {
            // What is not a bucket is not ours.
            guard let bound = row.labels["le"].flatMap(upperBound) else { continue }
            let labels = row.labels.filter { $0 != "le" && $0 != LabelSet.metricNameLabel }
            histograms[labels, default: []].append((bound, index))
        }
        var results: [Row] = []
        for (labels, buckets) in histograms {
            let sorted = buckets.sorted { $0.upperBound < $1.upperBound }
            var values = Array(repeating: Row.absent, count: evaluator.grid.count)
            for step in 0..<evaluator.grid.count {
                let counts = sorted.compactMap { bucket in
                    let count = rows[bucket.row].values[step]
                    return count.isAbsent ? nil : ClassicHistogram.Bucket(upperBound: bucket.upperBound, count: count)
                }
                if !counts.isEmpty { values[step] = ClassicHistogram(counts).quantile(quantiles[step]) }
            }
            results.append(Row(labels: labels, values: values))
        }
        return .vector(results)
    }

    private static func upperBound(_ text: String) -> Double? {
        switch text.lowercased() {
        case "+inf", "inf": .infinity
        case "-inf": -.infinity
        default: Double(text)
        }
    }
}

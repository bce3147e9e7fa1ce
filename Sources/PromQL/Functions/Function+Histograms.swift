import PostwatchModel

/// Native histograms, and classic ones whose buckets are series with the label `le`.
extension Function {
    static let histograms: [Function] = [
        .perHistogram("histogram_count") { $0.count },
        .perHistogram("histogram_sum") { $0.sum },
        .perHistogram("histogram_avg") { $0.average },
        .perHistogram("histogram_stddev") { $0.standardDeviation },
        .perHistogram("histogram_stdvar") { $0.variance },
        Function(
            name: "histogram_quantile",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                let quantiles = try evaluator.scalar(call.arguments[0])
                let place = call.arguments[0].range
                return .vector(try evaluator.histogramQuantile(of: call.arguments[1], quantiles, at: place))
            }),
        Function(
            name: "histogram_quantiles",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                let operand = call.arguments[0]
                let label = try evaluator.string(call.arguments[1])
                // Each quantile asks for it.
                evaluator.answers.put(.vector(try evaluator.vector(operand)), of: operand, on: evaluator.grid)
                var rows: [Row] = []
                for argument in call.arguments.dropFirst(2) {
                    let quantiles = try evaluator.scalar(argument)
                    for row in try evaluator.histogramQuantile(of: operand, quantiles, at: argument.range) {
                        rows += row.split(by: quantiles, label)
                    }
                }
                return .vector(try evaluator.joined(rows))
            }),
        Function(
            name: "histogram_fraction",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                let lower = try evaluator.scalar(call.arguments[0])
                let upper = try evaluator.scalar(call.arguments[1])
                return .vector(
                    try evaluator.forEachHistogram(of: call.arguments[2]) { histogram, step in
                        histogram.fraction(from: lower[step], to: upper[step])
                    } classic: { histogram, step in
                        (histogram.fraction(from: lower[step], to: upper[step]), nil)
                    })
            }),
    ]
}

extension Evaluator {
    fileprivate func histogramQuantile(
        of operand: Expression, _ quantiles: [Double], at place: SourceRange
    ) throws(QueryFailure) -> [Row] {
        for quantile in quantiles where !(quantile >= 0 && quantile <= 1) {
            notes.warn(
                "PromQL warning: quantile value should be between 0 and 1, got \(quantile.prometheusText) "
                    + context.text.position(of: place))
        }
        return try forEachHistogram(of: operand) { histogram, step in
            histogram.quantile(quantiles[step])
        } classic: { histogram, step in
            histogram.quantile(quantiles[step])
        }
    }
}

extension Row {
    /// One row for each of `values`, one value per step, that names it in a label.
    fileprivate func split(by values: [Double], _ label: String) -> [Row] {
        Set(values.map(\.labelText)).sorted().map { text in
            var row = self
            row.labels[label] = text
            for step in values.indices where values[step].labelText != text { row.clear(step) }
            return row
        }
    }
}

extension Double {
    /// As OpenMetrics writes numbers in labels: never like an integer.
    fileprivate var labelText: String {
        let text = generalText
        return isFinite && !text.contains(where: { $0 == "." || $0 == "e" }) ? text + ".0" : text
    }
}

import PostwatchModel

/// Aggregations of a series' own samples over a window.
/// Source: Prometheus documentation, "Functions", `<aggregation>_over_time()`.
extension Function {
    static let overTime: [Function] = [
        .overWindow("avg_over_time") { window, site, _ in window.sum(site, isMean: true) },
        .overWindow("sum_over_time") { window, site, _ in window.sum(site, isMean: false) },
        .overNumbers("min_over_time") { $0.values.smallest },
        .overNumbers("max_over_time") { $0.values.largest },
        .overWindow("count_over_time") { window, site, _ in
            let numbers = site.readsCounts ? window.values.reduce(0, +) : Double(window.count)
            return .number(numbers + Double(window.histograms.count))
        },
        .overWindow("last_over_time", keepsName: true) { window, _, _ in window.last },
        .overWindow("first_over_time", keepsName: true) { window, _, _ in window.first },
        .overWindow("present_over_time") { _, _, _ in .number(1) },
        .overNumbers("stddev_over_time") { $0.values.variance.squareRoot() },
        .overNumbers("stdvar_over_time") { $0.values.variance },
        .overNumbers("mad_over_time") { window in
            // The one place where NaN is no smallest number: what lies how far from it cannot be said.
            if window.values.contains(where: \.isNaN) { return .nan }
            let median = window.values.quantile(0.5)
            return window.values.map { abs($0 - median) }.quantile(0.5)
        },
        .overNumbers("quantile_over_time") { window, site, step in
            let quantile = site.scalar(0, step) ?? .nan
            if !(quantile >= 0 && quantile <= 1) { site.warnInvalidQuantile(quantile) }
            return window.values.quantile(quantile)
        },
        .overWindow("ts_of_first_over_time") { window, _, _ in
            .number(Double(min(window.timestamps.first ?? .max, window.histograms.first?.timestamp ?? .max)) / 1000)
        },
        .overWindow("ts_of_last_over_time") { window, _, _ in
            .number(Double(max(window.timestamps.last ?? .min, window.histograms.last?.timestamp ?? .min)) / 1000)
        },
        .overNumbers("ts_of_min_over_time") { $0.time { $0 <= $1 } },
        .overNumbers("ts_of_max_over_time") { $0.time { $0 >= $1 } },
    ]
}

extension Window {
    fileprivate var last: Element? {
        if let point = histograms.last, point.timestamp > timestamps.last ?? .min { return .histogram(point.histogram) }
        return values.last.map(Element.number)
    }

    fileprivate var first: Element? {
        if let point = histograms.first, point.timestamp < timestamps.first ?? .max { return .histogram(point.histogram) }
        return values.first.map(Element.number)
    }

    /// The time of the last of those values that `beats` all others; it is given a value and the best so far.
    fileprivate func time(_ beats: (Double, Double) -> Bool) -> Double {
        var best = 0
        for index in values.indices where beats(values[index], values[best]) || values[best].isNaN { best = index }
        return Double(timestamps[best]) / 1000
    }

    fileprivate func sum(_ site: CallSite, isMean: Bool) -> Element? {
        guard let first = histograms.first else { return .number(isMean ? values.mean : values.compensatedSum) }
        if isMixed {
            site.note(.mixedWithNumbers)
            return nil
        }
        do throws(HistogramMismatch) {
            let effects: HistogramEffects
            let result: NativeHistogram
            if isMean {
                var mean = HistogramAverage(first.histogram)
                for point in histograms.dropFirst() { try mean.add(point.histogram) }
                (result, effects) = (mean.mean, mean.effects)
            } else {
                var sum = HistogramSum(first.histogram)
                for point in histograms.dropFirst() { try sum.add(point.histogram) }
                (result, effects) = (sum.total, sum.effects)
            }
            site.note(effects.notes(on: .aggregation))
            return .histogram(result)
        } catch {
            site.note(.mixedBucketKinds)
            return nil
        }
    }
}

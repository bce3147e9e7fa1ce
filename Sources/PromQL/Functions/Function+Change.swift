import Foundation
import PostwatchModel

/// How fast something changes: counters and gauges over a window.
/// Source: Prometheus documentation, "Functions", `rate` and following; extrapolation as in Prometheus 3.
extension Function {
    static let change: [Function] = [
        extrapolated("rate", .counter, perSecond: true),
        extrapolated("increase", .counter, perSecond: false),
        extrapolated("delta", .gauge, perSecond: false),
        .overWindow("irate") { window, site, _ in window.lastChange(.counter, site) },
        .overWindow("idelta") { window, site, _ in window.lastChange(.gauge, site) },
        .overNumbers("deriv") { $0.regression(around: $0.timestamps[0])?.slope },
        .overNumbers("predict_linear") { window, site, step in
            window.regression(around: window.evaluatedAt).map { $0.slope * (site.scalar(0, step) ?? .nan) + $0.intercept }
        },
        .overNumbers("double_exponential_smoothing") { window, site, step in
            window.smoothed(factor: site.scalar(0, step) ?? .nan, trendFactor: site.scalar(1, step) ?? .nan)
        }.demanding { site throws(QueryFailure) in
            for (number, name, sign) in [(0, "smoothing", "sf"), (1, "trend", "tf")] {
                for value in site.values(ofScalar: number) where value <= 0 || value >= 1 {
                    throw .execution("invalid \(name) factor. Expected: 0 < \(sign) < 1, got: \(String(format: "%f", value))")
                }
            }
        },
    ]

    private static func extrapolated(_ name: String, _ reading: HistogramWindow.Reading, perSecond: Bool) -> Function {
        Function(
            name: name,
            work: .overSeries { series, site, row in
                let divisor = perSecond ? Double(series.frame.length) / 1000 : 1
                // Most counters are never reset while they are looked at; then only the ends of a window matter.
                let neverFalls = reading == .gauge || series.values.isRising
                series.forEach { step, window in
                    if let boundary = series.frame.boundary {
                        row.set(window.boundedChange(reading, boundary, divisor: divisor, site), step)
                    } else if window.hasHistograms {
                        if let histogram = window.extrapolatedDifference(reading, divisor: divisor, site) { row.set(histogram, step) }
                    } else if let change = window.extrapolatedChange(reading, neverFalls: neverFalls) {
                        row.values[step] = change / divisor
                    }
                }
                if reading == .counter, row.values.contains(where: { !$0.isAbsent }) { site.informPossibleNonCounter() }
            })
    }
}

extension UnsafeBufferPointer<Double> {
    fileprivate var isRising: Bool {
        guard count > 1 else { return true }
        for index in 1..<count where !(self[index] >= self[index - 1]) { return false }
        return true
    }
}

/// Between two samples of a window, in the order of time.
private enum Change {
    case numbers(Double, Double)
    case histograms(NativeHistogram, NativeHistogram)
}

extension Window {
    // MARK: Extrapolation

    /// The change from one end of the range to the other, from that between the first and the last sample.
    ///
    /// The samples rarely lie on the ends. Where the gap looks like an ordinary distance between samples (up to 1.1 of the mean) the series
    /// is taken to reach the end; where it is larger, to begin or stop half a distance beyond its sample. A counter is never extrapolated
    /// to before it would have been zero.
    @inline(__always)
    fileprivate func extrapolatedChange(_ reading: HistogramWindow.Reading, neverFalls: Bool) -> Double? {
        guard count >= 2 else { return nil }
        let first = values[0]
        var change = values[count - 1] - first
        if !neverFalls {
            for index in 1..<count where values[index] < values[index - 1] { change += values[index - 1] }
        }
        return change
            * extrapolation(
                first: timestamps[0], last: timestamps[count - 1], samples: count,
                zero: reading == .counter && change > 0 && first >= 0 ? first / change : nil)
    }

    /// Between the ends of a range that needs no extrapolation.
    fileprivate func boundedChange(
        _ reading: HistogramWindow.Reading, _ boundary: RangeBoundary, divisor: Double, _ site: CallSite
    ) -> Element? {
        if isMixed {
            site.note(.mixedWithNumbers)
            return nil
        }
        guard hasHistograms else { return change(reading, boundary).map { .number($0 / divisor) } }
        let outcome = HistogramWindow(histograms).difference(
            reading, from: Timestamp(milliseconds: start), to: Timestamp(milliseconds: end), boundary == .anchored ? .anchored : .smoothed)
        site.note(outcome.notes)
        guard var histogram = outcome.histogram else { return nil }
        if divisor != 1 { histogram.divide(by: divisor) }
        return .histogram(histogram)
    }

    fileprivate func extrapolatedDifference(
        _ reading: HistogramWindow.Reading, divisor: Double, _ site: CallSite
    ) -> NativeHistogram? {
        if isMixed {
            site.note(.mixedWithNumbers)
            return nil
        }
        guard histograms.count >= 2 else { return nil }
        let outcome = HistogramWindow(histograms).difference(reading)
        site.note(outcome.notes)
        guard var histogram = outcome.histogram else { return nil }
        let (first, change) = (histograms[0].histogram.count, histogram.count)
        let factor = extrapolation(
            first: histograms[0].timestamp, last: histograms[histograms.count - 1].timestamp, samples: histograms.count,
            zero: reading == .counter && change > 0 && first >= 0 ? first / change : nil)
        histogram.multiply(by: factor / divisor)
        return histogram
    }

    /// By what to multiply. `zero`: how many of the sampled stretches before the first sample the counter was zero.
    @inline(__always)
    private func extrapolation(first: Int64, last: Int64, samples: Int, zero: Double?) -> Double {
        let sampled = Double(last - first) / 1000
        let distance = sampled / Double(samples - 1)
        var toStart = Double(first - start) / 1000
        var toEnd = Double(end - last) / 1000
        if toStart >= distance * 1.1 { toStart = distance / 2 }
        if toEnd >= distance * 1.1 { toEnd = distance / 2 }
        if let zero { toStart = min(toStart, sampled * zero) }
        return (sampled + toStart + toEnd) / sampled
    }

    // MARK: The last two samples

    fileprivate func lastChange(_ reading: HistogramWindow.Reading, _ site: CallSite) -> Element? {
        guard let (change, distance) = lastPair(site) else { return nil }
        let divisor = reading == .counter ? Double(distance) / 1000 : 1
        switch change {
        case .numbers(let previous, let last):
            // A counter that fell was reset: it rose from 0.
            let difference = reading == .counter && last < previous ? last : last - previous
            return .number(difference / divisor)
        case .histograms:
            let outcome = HistogramWindow(histograms.suffix(2)).lastDifference(reading)
            site.note(outcome.notes)
            guard var histogram = outcome.histogram else { return nil }
            if reading == .counter { histogram.divide(by: divisor) }
            return .histogram(histogram)
        }
    }

    /// The last two samples, if they are of one kind, and the milliseconds between them.
    private func lastPair(_ site: CallSite) -> (Change, Int64)? {
        guard count + histograms.count >= 2 else { return nil }
        let lastValue = values.isEmpty ? .min : timestamps[count - 1]
        let lastHistogram = histograms.last?.timestamp ?? .min
        if lastValue > lastHistogram {
            guard count >= 2, timestamps[count - 2] > lastHistogram else {
                site.note(.mixedWithNumbers)
                return nil
            }
            return (.numbers(values[count - 2], values[count - 1]), lastValue - timestamps[count - 2])
        }
        let points = histograms.suffix(2)
        guard let first = points.first, points.count == 2, first.timestamp > lastValue else {
            site.note(.mixedWithNumbers)
            return nil
        }
        return (.histograms(first.histogram, points[points.endIndex - 1].histogram), lastHistogram - first.timestamp)
    }

    // MARK: Lines

    /// The line of least squares; `intercept` is its value at `origin`. `nil` for less than two samples.
    fileprivate func regression(around origin: Int64) -> (slope: Double, intercept: Double)? {
        guard count >= 2 else { return nil }
        let first = values[0]
        if values.allSatisfy({ $0 == first }) { return first.isInfinite ? (.nan, .nan) : (0, first) }
        var (sumX, sumY, sumXY, sumXX) = (CompensatedSum(), CompensatedSum(), CompensatedSum(), CompensatedSum())
        for index in 0..<count {
            let x = Double(timestamps[index] - origin) / 1000
            sumX.add(x)
            sumY.add(values[index])
            sumXY.add(x * values[index])
            sumXX.add(x * x)
        }
        let n = Double(count)
        let slope = (sumXY.value - sumX.value * sumY.value / n) / (sumXX.value - sumX.value * sumX.value / n)
        return (slope, sumY.value / n - slope * sumX.value / n)
    }

    /// Holt's linear trend. `nil` for less than two samples.
    fileprivate func smoothed(factor: Double, trendFactor: Double) -> Double? {
        guard count >= 2 else { return nil }
        var level = values[0]
        var trend = values[1] - values[0]
        for index in 1..<count {
            let previous = level
            level = factor * values[index] + (1 - factor) * (level + trend)
            trend = trendFactor * (level - previous) + (1 - trendFactor) * trend
        }
        return level
    }
}

/// How fast something changes: counters and gauges over a window.
/// Source: Prometheus documentation, "Functions", `rate` and following; extrapolation as in Prometheus 3.
extension Function {
    static let change: [Function] = [
        .overWindow("rate") { window in
            window.extrapolatedChange(isCounter: true).map { $0 / (Double(window.length) / 1000) }
        },
        .overWindow("increase") { $0.extrapolatedChange(isCounter: true) },
        .overWindow("delta") { $0.extrapolatedChange(isCounter: false) },
        .overWindow("irate") { window in
            guard window.count >= 2 else { return nil }
            let (last, previous) = (window.value(window.count - 1), window.value(window.count - 2))
            let seconds = Double(window.time(window.count - 1) - window.time(window.count - 2)) / 1000
            // A counter that fell was reset: it rose from 0.
            return (last < previous ? last : last - previous) / seconds
        },
        .overWindow("idelta") { window in
            window.count >= 2 ? window.value(window.count - 1) - window.value(window.count - 2) : nil
        },
        .overWindow("deriv") { $0.regression(around: $0.time(0))?.slope },
        Function(
            name: "predict_linear", parameters: [.rangeVector, .scalar],
            body: .overWindow(keepsName: false) { window, parameters in
                window.regression(around: window.evaluatedAt).map { $0.slope * parameters[0] + $0.intercept }
            }),
        .overWindow("changes") { $0.countPairs { $0 != $1 && !($0.isNaN && $1.isNaN) } },
        .overWindow("resets") { $0.countPairs { $1 < $0 } },
    ]
}

extension Window {
    /// The change from one end of the range to the other, from that between the first and the last sample.
    ///
    /// The samples rarely lie on the ends. Where the gap looks like an ordinary distance between samples (up to 1.1 of the mean) the series
    /// is taken to reach the end; where it is larger, to begin or stop half a distance beyond its sample. A counter is never extrapolated
    /// to before it would have been zero.
    fileprivate func extrapolatedChange(isCounter: Bool) -> Double? {
        guard count >= 2 else { return nil }
        let first = value(0)
        var change = value(count - 1) - first
        if isCounter {
            for index in 1..<count where value(index) < value(index - 1) { change += value(index - 1) }
        }
        let sampled = Double(time(count - 1) - time(0)) / 1000
        let distance = sampled / Double(count - 1)
        var toStart = Double(time(0) - start) / 1000
        var toEnd = Double(end - time(count - 1)) / 1000
        if toStart >= distance * 1.1 { toStart = distance / 2 }
        if toEnd >= distance * 1.1 { toEnd = distance / 2 }
        if isCounter && change > 0 && first >= 0 { toStart = min(toStart, sampled * (first / change)) }
        return change * ((sampled + toStart + toEnd) / sampled)
    }

    /// The line of least squares; `intercept` is its value at `origin`. `nil` for less than two samples.
    fileprivate func regression(around origin: Int64) -> (slope: Double, intercept: Double)? {
        guard count >= 2 else { return nil }
        let first = value(0)
        if values.allSatisfy({ $0 == first }) { return first.isInfinite ? (.nan, .nan) : (0, first) }
        var (sumX, sumY, sumXY, sumXX) = (CompensatedSum(), CompensatedSum(), CompensatedSum(), CompensatedSum())
        for index in 0..<count {
            let x = Double(time(index) - origin) / 1000
            sumX.add(x)
            sumY.add(value(index))
            sumXY.add(x * value(index))
            sumXX.add(x * x)
        }
        let n = Double(count)
        let slope = (sumXY.value - sumX.value * sumY.value / n) / (sumXX.value - sumX.value * sumX.value / n)
        return (slope, sumY.value / n - slope * sumX.value / n)
    }

    /// In how many pairs of neighbours `isCounted` holds.
    fileprivate func countPairs(_ isCounted: (Double, Double) -> Bool) -> Double {
        Double(zip(values, values.dropFirst()).count { isCounted($0, $1) })
    }
}

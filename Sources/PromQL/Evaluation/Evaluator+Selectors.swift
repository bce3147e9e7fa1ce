import PostwatchModel

/// Instant selectors, range selectors and subqueries.
extension Evaluator {
    /// For every step the newest sample in the lookback, unless that is a stale marker; `value` says what to take from it.
    func rows(of selector: VectorSelector, value: (SeriesColumns, Int) -> Double) throws(QueryFailure) -> [Row] {
        guard !grid.isEmpty else { return [] }
        let shift = context.resolve(selector.shift)
        let found = samples.series(
            selector.matchers, from: shift.apply(to: grid.start) - context.lookback + 1, through: shift.apply(to: grid.last))
        try checkSize(series: found.count)
        var rows: [Row] = []
        rows.reserveCapacity(found.count)
        for series in found {
            var values = Array(repeating: Row.absent, count: grid.count)
            var hasValue = false
            var next = 0
            for step in 0..<grid.count {
                let moment = shift.apply(to: grid.time(at: step))
                while next < series.timestamps.count && series.timestamps[next] <= moment { next += 1 }
                guard next > 0, series.timestamps[next - 1] > moment - context.lookback, !series.values[next - 1].isAbsent else { continue }
                values[step] = value(series, next - 1)
                hasValue = true
            }
            if hasValue { rows.append(Row(labels: series.labels, values: values)) }
        }
        return rows
    }

    func rangeVector(of range: RangeSelector) -> RangeVector {
        let shift = context.resolve(range.selector.shift)
        let length = range.range.wholeMilliseconds
        guard !grid.isEmpty else { return RangeVector(series: [], length: length, shift: shift) }
        let found = samples.series(
            range.selector.matchers, from: shift.apply(to: grid.start) - length + 1, through: shift.apply(to: grid.last))
        return RangeVector(series: found.map(\.withoutStaleMarkers), length: length, shift: shift)
    }

    func rangeVector(of subquery: Subquery) throws(QueryFailure) -> RangeVector {
        let innerGrid = context.grid(of: subquery, on: grid)
        let inner = Evaluator(grid: innerGrid, context: context, samples: samples)
        try inner.checkSize(series: 1)
        let rows = try inner.vector(subquery.expression)
        try inner.checkSize(series: rows.count)
        let times = (0..<innerGrid.count).map(innerGrid.time(at:))
        return RangeVector(
            series: rows.map { SeriesColumns(labels: $0.labels, timestamps: times, values: $0.values).withoutStaleMarkers },
            length: subquery.range.wholeMilliseconds, shift: context.resolve(subquery.shift))
    }

    /// Fails when this many series would hold more values than a query may.
    func checkSize(series: Int) throws(QueryFailure) {
        let (size, overflow) = series.multipliedReportingOverflow(by: grid.count)
        guard !overflow, size <= context.maximumSamples else { throw .tooManySamples(limit: context.maximumSamples) }
    }
}

extension SeriesColumns {
    /// Only the samples that are values.
    var withoutStaleMarkers: SeriesColumns {
        guard values.contains(where: Sample.isStaleMarker) else { return self }
        var kept = SeriesColumns(labels: labels)
        for index in values.indices where !Sample.isStaleMarker(values[index]) {
            kept.timestamps.append(timestamps[index])
            kept.values.append(values[index])
        }
        return kept
    }
}

import PostwatchModel

/// What leaves the evaluation.
extension Evaluator {
    /// Rows as they are answered: without the names that were to go.
    func finished(_ rows: [Row]) throws(QueryFailure) -> [Row] {
        guard rows.contains(where: \.losesName) else { return rows }
        return try joined(
            rows.map { row in
                guard row.losesName else { return row }
                var row = row
                row.labels = row.labels.withoutMetadata
                return row
            })
    }

    func matrix(_ rows: [Row]) -> [SeriesColumns] {
        var matrix: [SeriesColumns] = []
        for row in rows {
            var series = SeriesColumns(labels: row.labels)
            for step in 0..<grid.count {
                if let histogram = row.histogram(step) {
                    series.histograms.append(HistogramPoint(timestamp: grid.time(at: step), histogram: histogram))
                } else if !row.values[step].isAbsent {
                    series.timestamps.append(grid.time(at: step))
                    series.values.append(row.values[step])
                }
            }
            if !series.values.isEmpty || !series.histograms.isEmpty { matrix.append(series) }
        }
        return matrix.sorted { $0.labels.isListed(before: $1.labels) }
    }

    /// The samples in the windows of the one step.
    func matrix(ofRange expression: Expression) throws(QueryFailure) -> [SeriesColumns] {
        var matrix: [SeriesColumns] = []
        try forEachWindows(of: expression) { series in
            series.forEach { _, window in
                var columns = SeriesColumns(labels: series.labels)
                if let boundary = series.frame.boundary {
                    (columns.timestamps, columns.values) = window.extended(boundary)
                    columns.histograms = window.histograms.filter { $0.timestamp > window.start && $0.timestamp <= window.end }
                } else {
                    (columns.timestamps, columns.values) = (Array(window.timestamps), Array(window.values))
                    columns.histograms = Array(window.histograms)
                }
                if !columns.timestamps.isEmpty || !columns.histograms.isEmpty { matrix.append(columns) }
            }
        }
        return matrix.sorted { $0.labels.isListed(before: $1.labels) }
    }
}

extension Row {
    /// What stands at the only step.
    func element(at moment: Timestamp) -> VectorElement? {
        switch element(0) {
        case .number(let value)?: VectorElement(labels: labels, timestamp: moment, value: value)
        case .histogram(let histogram)?:
            VectorElement(labels: labels, timestamp: moment, value: histogram.count, histogram: histogram)
        case nil: nil
        }
    }
}

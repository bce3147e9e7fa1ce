import PostwatchModel

/// Rows that are native histograms, or buckets of classic ones.
extension Evaluator {
    /// The buckets of one classic histogram.
    private struct Buckets {
        let labels: LabelSet
        var losesName = false
        var rows: [(upperBound: Double, row: Row)] = []
    }

    /// One number from each histogram at each step. Where a histogram is there in both ways there is none.
    func forEachHistogram(
        of operand: Expression, native: (NativeHistogram, Int) -> (value: Double, note: HistogramNote?),
        classic: (ClassicHistogram, Int) -> (value: Double, repair: MonotonicityRepair?)
    ) throws(QueryFailure) -> [Row] {
        var natives: [Row] = []
        var nativeIndices: [LabelSet: Int] = [:]
        var histograms: [Buckets] = []
        var indices: [LabelSet: Int] = [:]
        try forEachRow(of: operand) { (row) throws(QueryFailure) in
            if row.hasHistograms {
                var result = Row(labels: row.labels, steps: grid.count)
                result.losesName = row.losesName
                for step in 0..<grid.count {
                    guard let histogram = row.histograms[step] else { continue }
                    let (value, note) = native(histogram, step)
                    if let note { report(note, metricName: row.labels.metricName, at: operand.range) }
                    result.values[step] = value
                }
                nativeIndices[row.labels] = natives.count
                natives.append(result)
            }
            guard row.values.contains(where: { !$0.isAbsent }) else { return }
            let label = row.labels["le"]
            guard let bound = label.flatMap(Self.upperBound) else {
                return report(.badBucketLabel(label ?? ""), metricName: row.labels.metricName, at: operand.range)
            }
            let key = row.labels.filterPairs { !$0.name.elementsEqual("le".utf8) }
            let index = indices[key] ?? histograms.count
            if index == histograms.count {
                indices[key] = index
                histograms.append(Buckets(labels: key))
            }
            if row.losesName { histograms[index].losesName = true }
            histograms[index].rows.append((bound, row))
        }
        var repairs: [String: MonotonicityRepair] = [:]
        var results: [Row] = []
        for histogram in histograms {
            let native = nativeIndices[histogram.labels]
            results.append(numbers(from: histogram, beside: native.map { natives[$0] }, at: operand, classic, &repairs))
            if let native { removeMixed(from: &natives[native], histogram) }
        }
        for (name, repair) in repairs.sorted(by: { $0.key < $1.key }) {
            report(.monotonicityRepaired(repair), metricName: name, at: operand.range)
        }
        results += natives
        for index in results.indices { dropName(of: &results[index]) }
        return try joined(results.filter { !$0.isEmpty })
    }

    // MARK: - Private

    private func numbers(
        from histogram: Buckets, beside native: Row?, at operand: Expression,
        _ classic: (ClassicHistogram, Int) -> (value: Double, repair: MonotonicityRepair?), _ repairs: inout [String: MonotonicityRepair]
    ) -> Row {
        let name = histogram.labels.metricName
        let sorted = histogram.rows.sorted { $0.upperBound < $1.upperBound }
        var result = Row(labels: histogram.labels, steps: grid.count)
        result.losesName = histogram.losesName
        var counts: [ClassicHistogram.Bucket] = []
        for step in 0..<grid.count {
            counts.removeAll(keepingCapacity: true)
            for bucket in sorted where !bucket.row.values[step].isAbsent {
                counts.append(ClassicHistogram.Bucket(upperBound: bucket.upperBound, count: bucket.row.values[step]))
            }
            if counts.isEmpty { continue }
            if native?.isPresent(step) == true {
                report(.mixedWithClassicBuckets, metricName: name, at: operand.range)
                continue
            }
            let (value, repair) = classic(ClassicHistogram(counts), step)
            result.values[step] = value
            guard var repair else { continue }
            let time = Timestamp(milliseconds: grid.time(at: step))
            repair.times = time...time
            if repairs[name]?.merge(repair) == nil { repairs[name] = repair }
        }
        return result
    }

    private func removeMixed(from native: inout Row, _ histogram: Buckets) {
        for step in 0..<grid.count where histogram.rows.contains(where: { !$0.row.values[step].isAbsent }) { native.clear(step) }
    }

    private static func upperBound(_ text: String) -> Double? {
        switch text.lowercased() {
        case "+inf", "inf": .infinity
        case "-inf": -.infinity
        default: Double(text)
        }
    }
}

import PostwatchModel

/// Sums up groups of rows, one row at a time: what a group needs does not grow with its members.
struct GroupFold {
    private let aggregation: Aggregation
    private let steps: Int
    private var groups: GroupTable
    /// Of each group, whether a member's name is to be taken away at the end: then that of the group is too.
    private var losesName: [Bool] = []
    /// One cell for each group and step.
    private var numbers: [NumberFold] = []
    private var histograms: [Int: HistogramFold] = [:]

    init(_ aggregation: Aggregation, steps: Int) {
        self.aggregation = aggregation
        self.steps = steps
        groups = GroupTable(aggregation.grouping)
    }

    var groupCount: Int { groups.count }

    mutating func add(_ row: Row, in evaluator: Evaluator) {
        let group = groups.group(of: row.labels)
        let first = group * steps
        if group == losesName.count {
            numbers.append(contentsOf: repeatElement(NumberFold(), count: steps))
            losesName.append(false)
        }
        if row.losesName { losesName[group] = true }
        row.values.withUnsafeBufferPointer { values in
            numbers.withUnsafeMutableBufferPointer { numbers in
                let cells = UnsafeMutableBufferPointer(rebasing: numbers[first..<(first + steps)])
                switch aggregation.operation {
                case .sum: for step in values.indices where !values[step].isAbsent { cells[step].addToSum(values[step]) }
                case .avg: for step in values.indices where !values[step].isAbsent { cells[step].addToMean(values[step]) }
                case .min: for step in values.indices where !values[step].isAbsent { cells[step].keepSmaller(values[step]) }
                case .max: for step in values.indices where !values[step].isAbsent { cells[step].keepLarger(values[step]) }
                case .stddev, .stdvar: for step in values.indices where !values[step].isAbsent { cells[step].addToVariance(values[step]) }
                case .count, .group: for step in values.indices where !values[step].isAbsent { cells[step].count += 1 }
                case .topk, .bottomk, .quantile, .countValues, .limitK, .limitRatio: preconditionFailure("needs all members at once")
                }
            }
        }
        if row.hasHistograms { addHistograms(row, first, in: evaluator) }
    }

    /// One row for each group.
    func finish(in evaluator: Evaluator) -> [Row] {
        groups.labels.indices.map { group in
            var row = Row(labels: groups.labels[group], steps: steps)
            row.losesName = losesName[group]
            for step in 0..<steps {
                let index = group * steps + step
                if let fold = histograms[index] {
                    if numbers[index].count > 0 {
                        evaluator.report(.mixedWithNumbersInAggregation, metricName: "", at: aggregation.operand.range)
                    } else if let result = fold.result(of: aggregation, in: evaluator) {
                        row.set(result, step)
                    }
                } else if numbers[index].count > 0 {
                    row.values[step] = numbers[index].result(of: aggregation.operation)
                }
            }
            return row
        }.filter { !$0.isEmpty }
    }

    // MARK: - Private

    private mutating func addHistograms(_ row: Row, _ first: Int, in evaluator: Evaluator) {
        for step in 0..<steps {
            guard let histogram = row.histograms[step] else { continue }
            switch aggregation.operation {
            case .count, .group: numbers[first + step].count += 1
            case .sum, .avg:
                histograms[first + step, default: HistogramFold()].add(
                    histogram, isMean: aggregation.operation == .avg, of: row.labels)
            default: evaluator.ignoreHistogram(in: aggregation)
            }
        }
    }
}

/// One group at one step: numbers.
private struct NumberFold {
    var count = 0.0
    /// Sum, mean, smallest or largest, whatever is wanted.
    private var value = 0.0
    /// What rounding took from `value`; of a variance, the squared distances from the mean.
    private var rest = 0.0
    /// `value` is a mean that moves, since the sum would not be finite.
    private var isMoving = false

    mutating func addToSum(_ term: Double) {
        count += 1
        (value, rest) = Self.added(term, value, rest)
    }

    mutating func addToMean(_ term: Double) {
        count += 1
        if !isMoving {
            let (sum, lost) = Self.added(term, value, rest)
            if sum.isFinite || !value.isFinite || !term.isFinite {
                (value, rest) = (sum, lost)
                return
            }
            isMoving = true
            value /= count - 1
            rest /= count - 1
        }
        if value.isInfinite, term.isFinite || term == value { return }
        let share = (count - 1) / count
        (value, rest) = Self.added(term / count, share * value, share * rest)
    }

    mutating func keepSmaller(_ term: Double) {
        if count == 0 || term < value || value.isNaN { value = term }
        count += 1
    }

    mutating func keepLarger(_ term: Double) {
        if count == 0 || term > value || value.isNaN { value = term }
        count += 1
    }

    mutating func addToVariance(_ term: Double) {
        count += 1
        if count == 1 {
            value = term
            rest = term.isFinite ? 0 : .nan
            return
        }
        let distance = term - value
        value += distance / count
        rest += distance * (term - value)
    }

    func result(of operation: Aggregation.Operator) -> Double {
        switch operation {
        case .sum: value.isInfinite ? value : value + rest
        case .avg:
            if isMoving { value + rest } else if value.isInfinite { value / count } else { value / count + rest / count }
        case .min, .max: value
        case .count: count
        case .group: 1
        case .stdvar: rest / count
        case .stddev: (rest / count).squareRoot()
        case .topk, .bottomk, .quantile, .countValues, .limitK, .limitRatio: preconditionFailure("needs all members at once")
        }
    }

    /// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
    @inline(__always)
    private static func added(_ term: Double, _ sum: Double, _ lost: Double) -> (Double, Double) {
        let next = sum + term
        if next.isInfinite { return (next, 0) }
        return (next, lost + (abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum))
    }
}

/// One group at one step: histograms.
private struct HistogramFold {
    private var sum: HistogramSum?
    private var average: HistogramAverage?
    /// The first that did not go together with those before.
    private var mismatched: LabelSet?

    mutating func add(_ histogram: NativeHistogram, isMean: Bool, of labels: LabelSet) {
        if mismatched != nil { return }
        do throws(HistogramMismatch) {
            if isMean {
                if average == nil { average = HistogramAverage(histogram) } else { try average?.add(histogram) }
            } else {
                if sum == nil { sum = HistogramSum(histogram) } else { try sum?.add(histogram) }
            }
        } catch {
            mismatched = labels
        }
    }

    func result(of aggregation: Aggregation, in evaluator: Evaluator) -> NativeHistogram? {
        if let mismatched {
            evaluator.report(.mixedBucketKinds, metricName: mismatched.metricName, at: aggregation.operand.range)
            return nil
        }
        let effects = sum?.effects ?? average?.effects ?? []
        for note in effects.notes(on: .aggregation) { evaluator.report(note, metricName: "", at: aggregation.operand.range) }
        return (sum?.total ?? average?.mean)?.compacted()
    }
}

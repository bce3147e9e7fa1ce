import PostwatchModel

/// An aggregation whose operand follows, series by series, from one selector that nothing else needs: it is worked out batch by batch while
/// the samples are read, and no sample is kept.
struct StreamedAggregation {
    let aggregation: Aggregation
    private var fold: GroupFold

    /// - Parameters:
    ///   - expression: the whole query.
    ///   - grid: its steps.
    /// `nil` when there is no such aggregation for `reading`.
    init?(for reading: SelectionPlan.Reading, in expression: Expression, on grid: StepGrid, _ evaluator: Evaluator) {
        guard reading.selectors == 1, let aggregation = Self.find(reading.selection, in: expression, evaluator) else { return nil }
        self.aggregation = aggregation
        fold = GroupFold(aggregation, steps: grid.count)
    }

    mutating func add(_ batch: SampleBatch, of selection: SelectionPlan.Selection, _ evaluator: Evaluator) throws(QueryFailure) {
        var samples = FetchedSamples()
        samples.add(batch, for: selection)
        try evaluator.reading(samples).add(rowsOf: aggregation, to: &fold)
    }

    func finish(in evaluator: Evaluator) -> [Row] {
        fold.finish(in: evaluator)
    }

    // MARK: - Private

    /// Not inside of a subquery: that has steps of its own.
    private static func find(
        _ selection: SelectionPlan.Selection, in expression: Expression, _ evaluator: Evaluator
    ) -> Aggregation? {
        if case .aggregation(let aggregation) = expression, aggregation.isFold,
            evaluator.isOneStream(aggregation.operand, of: selection)
        {
            return aggregation
        }
        if case .subquery = expression { return nil }
        var found: Aggregation?
        expression.forEachOperand { if found == nil { found = find(selection, in: $0, evaluator) } }
        return found
    }
}

extension Aggregation {
    /// Takes its rows one by one.
    fileprivate var isFold: Bool {
        switch operation {
        case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar: true
        case .topk, .bottomk, .quantile, .countValues, .limitK, .limitRatio: false
        }
    }
}

import PostwatchModel

/// Answers queries: plans what to read, reads it, and evaluates. Only the reading awaits.
public struct QueryEngine: Sendable {
    public let limits: QueryLimits
    private let samples: any SampleQuerying

    public init(samples: any SampleQuerying, limits: QueryLimits = QueryLimits()) {
        self.samples = samples
        self.limits = limits
    }

    /// The answer at one moment: a scalar, string or vector, or a matrix for a bare range selector.
    public func instant(_ query: PromQLQuery, at moment: Timestamp) async throws(QueryFailure) -> QueryResult {
        try await instantAnswer(query, at: moment).result
    }

    /// The same with what there is to say about it.
    public func instantAnswer(_ query: PromQLQuery, at moment: Timestamp) async throws(QueryFailure) -> QueryAnswer {
        try Self.check(moment)
        let grid = StepGrid(start: moment.milliseconds, step: 1, count: 1)
        let (expression, evaluator) = try await prepare(query, on: grid, isRange: false)
        let result: QueryResult
        if query.type == .rangeVector {
            result = .matrix(try evaluator.matrix(ofRange: expression))
        } else {
            switch try evaluator.evaluate(expression) {
            case .scalar(let values): result = .scalar(values[0], at: moment)
            case .string(let text): result = .string(text, at: moment)
            case .vector(let rows): result = .vector(try evaluator.finished(rows).compactMap { $0.element(at: moment) })
            }
        }
        return QueryAnswer(result, evaluator.notes)
    }

    /// The answer at every step from `start` through `end`: a matrix. `step` must be positive; a vector or scalar query is needed.
    public func range(
        _ query: PromQLQuery, from start: Timestamp, through end: Timestamp, step: Duration
    ) async throws(QueryFailure) -> QueryResult {
        try await rangeAnswer(query, from: start, through: end, step: step).result
    }

    /// The same with what there is to say about it.
    public func rangeAnswer(
        _ query: PromQLQuery, from start: Timestamp, through end: Timestamp, step: Duration
    ) async throws(QueryFailure) -> QueryAnswer {
        guard step.wholeMilliseconds > 0 else {
            throw .badRequest("zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        guard start <= end else { throw .badRequest("end timestamp must not be before start time") }
        try Self.check(start)
        try Self.check(end)
        guard query.type == .scalar || query.type == .instantVector else {
            throw .badRequest("invalid expression type \"\(query.type.rawValue)\" for range query, must be Scalar or instant Vector")
        }
        let (span, overflow) = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
        guard !overflow, span / step.wholeMilliseconds < Int64(limits.maximumPoints) else {
            throw .tooManyPoints(limit: limits.maximumPoints)
        }
        let grid = StepGrid(from: start.milliseconds, through: end.milliseconds, step: step.wholeMilliseconds)
        let (expression, evaluator) = try await prepare(query, on: grid, isRange: true)
        let rows =
            switch try evaluator.evaluate(expression) {
            case .scalar(let values): [Row(labels: LabelSet(), values: values)]
            case .vector(let rows): try evaluator.finished(rows)
            case .string: preconditionFailure("the type was checked above")
            }
        return QueryAnswer(.matrix(evaluator.matrix(rows)), evaluator.notes)
    }

    // MARK: - Private

    private static func check(_ moment: Timestamp) throws(QueryFailure) {
        guard EvaluationContext.times.contains(moment.milliseconds) else {
            throw .badRequest("the time \(moment.seconds) lies beyond everything that a query can ask for; give seconds since 1970")
        }
    }

    /// Reads what the query needs, and works out what can be worked out on the way.
    private func prepare(
        _ query: PromQLQuery, on grid: StepGrid, isRange: Bool
    ) async throws(QueryFailure) -> (Expression, Evaluator) {
        let context = EvaluationContext(
            text: QueryText(query.text), queryStart: grid.start, queryEnd: grid.last, queryStep: isRange ? grid.step : 0,
            lookback: limits.lookback.wholeMilliseconds, defaultSubqueryStep: limits.defaultSubqueryStep.wholeMilliseconds,
            maximumSamples: limits.maximumSamples, delaysNameRemoval: query.allowsExperimental)
        var expression: Expression
        do throws(PromQLFault) {
            expression = try query.expression(
                step: .milliseconds(context.queryStep), length: .milliseconds(context.queryEnd - context.queryStart))
        } catch {
            throw .badRequest("\(error)")
        }
        try expression.checkBoundaries()
        expression = SummaryChoice(exactSince: samples.exactSince.milliseconds, context: context).apply(to: expression, on: grid)
        let empty = Evaluator(
            grid: grid, context: context, samples: FetchedSamples(), notes: QueryNotes(), answers: KnownAnswers(of: expression))
        var fetched = FetchedSamples()
        for reading in SelectionPlan(of: expression, on: grid, in: context).readings {
            var streamed = StreamedAggregation(for: reading, in: expression, on: grid, empty)
            try await read(reading.selection) { (batch) throws(QueryFailure) in
                if streamed != nil {
                    try streamed?.add(batch, of: reading.selection, empty)
                } else {
                    fetched.add(batch, for: reading.selection)
                    guard fetched.count <= limits.maximumSamples else { throw .tooManySamples(limit: limits.maximumSamples) }
                }
            }
            if let streamed { empty.answers.put(.vector(streamed.finish(in: empty)), of: .aggregation(streamed.aggregation), on: grid) }
        }
        return (expression, empty.reading(fetched))
    }

    private func read(
        _ selection: SelectionPlan.Selection, _ take: (SampleBatch) throws(QueryFailure) -> Void
    ) async throws(QueryFailure) {
        do {
            try await samples.select(
                SampleSelection(
                    selection.matchers, from: Timestamp(milliseconds: selection.start), through: Timestamp(milliseconds: selection.end),
                    summary: selection.summary, coarseness: .milliseconds(selection.coarseness), sampleLimit: limits.maximumSamples)
            ) { try take($0) }
        } catch let failure as QueryFailure {
            throw failure
        } catch let excess as SelectionTooLarge {
            throw .tooManySamples(limit: excess.limit)
        } catch {
            // Whatever was under way says in its own way that it was broken off.
            throw error is CancellationError || Task.isCancelled ? .canceled : .storage(String(describing: error))
        }
    }
}

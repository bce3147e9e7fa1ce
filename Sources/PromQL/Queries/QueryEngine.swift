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
        let grid = StepGrid(start: moment.milliseconds, step: 1, count: 1)
        let evaluator = try await evaluator(of: query, on: grid)
        switch try evaluator.evaluate(query.expression) {
        case .scalar(let values): return .scalar(values[0], at: moment)
        case .string(let text): return .string(text, at: moment)
        case .vector(let rows):
            return .vector(
                rows.filter { !$0.values[0].isAbsent }.map { VectorElement(labels: $0.labels, timestamp: moment, value: $0.values[0]) })
        case .ranges(let ranges):
            return .matrix(Self.windows(of: ranges, in: evaluator).sorted { $0.labels.labels.lexicographicallyPrecedes($1.labels.labels) })
        }
    }

    /// The answer at every step from `start` through `end`: a matrix. `step` must be positive; a vector or scalar query is needed.
    public func range(
        _ query: PromQLQuery, from start: Timestamp, through end: Timestamp, step: Duration
    ) async throws(QueryFailure) -> QueryResult {
        guard step.wholeMilliseconds > 0 else {
            throw .badRequest("zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        guard start <= end else { throw .badRequest("end timestamp must not be before start time") }
        guard query.type == .scalar || query.type == .instantVector else {
            throw .badRequest("invalid expression type \"\(query.type.rawValue)\" for range query, must be Scalar or instant Vector")
        }
        let (span, overflow) = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
        guard !overflow, span / step.wholeMilliseconds < Int64(limits.maximumPoints) else {
            throw .tooManyPoints(limit: limits.maximumPoints)
        }
        let grid = StepGrid(from: start.milliseconds, through: end.milliseconds, step: step.wholeMilliseconds)
        let evaluator = try await evaluator(of: query, on: grid)
        switch try evaluator.evaluate(query.expression) {
        case .scalar(let values): return .matrix(Self.matrix([Row(labels: LabelSet(), values: values)], on: grid))
        case .vector(let rows): return .matrix(Self.matrix(rows, on: grid))
        case .string, .ranges: preconditionFailure("the type was checked above")
        }
    }

    // MARK: - Private

    private func evaluator(of query: PromQLQuery, on grid: StepGrid) async throws(QueryFailure) -> Evaluator {
        let context = EvaluationContext(
            queryStart: grid.start, queryEnd: grid.last, lookback: limits.lookback.wholeMilliseconds,
            defaultSubqueryStep: limits.defaultSubqueryStep.wholeMilliseconds, maximumSamples: limits.maximumSamples)
        var fetched = FetchedSamples()
        for selection in SelectionPlan(of: query.expression, on: grid, in: context).selections {
            let series: [SeriesColumns]
            do {
                series = try await samples.select(
                    selection.matchers, from: Timestamp(milliseconds: selection.start), through: Timestamp(milliseconds: selection.end))
            } catch is CancellationError {
                throw .canceled
            } catch {
                throw .storage(String(describing: error))
            }
            fetched.add(series, for: selection)
            guard fetched.count <= limits.maximumSamples else { throw .tooManySamples(limit: limits.maximumSamples) }
        }
        return Evaluator(grid: grid, context: context, samples: fetched)
    }

    private static func matrix(_ rows: [Row], on grid: StepGrid) -> [SeriesColumns] {
        var matrix: [SeriesColumns] = []
        for row in rows {
            var series = SeriesColumns(labels: row.labels)
            for step in 0..<grid.count where !row.values[step].isAbsent {
                series.timestamps.append(grid.time(at: step))
                series.values.append(row.values[step])
            }
            if !series.values.isEmpty { matrix.append(series) }
        }
        return matrix.sorted { $0.labels.labels.lexicographicallyPrecedes($1.labels.labels) }
    }

    private static func windows(of ranges: RangeVector, in evaluator: Evaluator) -> [SeriesColumns] {
        var matrix: [SeriesColumns] = []
        for series in ranges.series {
            evaluator.forEachWindow(of: series, in: ranges) { _, window in
                matrix.append(
                    SeriesColumns(labels: series.labels, timestamps: Array(window.timestamps), values: Array(window.values)))
            }
        }
        return matrix
    }
}

import PostwatchModel
import PromQL
import TestSupport
import Testing

@Suite("Ways of evaluating the same")
struct EvaluationAgreementTests {
    /// Random series in batches of random size, as a store hands them over.
    private struct BatchedSamples: SampleQuerying {
        let series: [SeriesColumns]
        let batchSize: Int

        init(seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            batchSize = Int.random(in: 1...7, using: &generator)
            series = (0..<40).map { number in
                var columns = SeriesColumns(
                    labels: LabelSet(metric: "x_total", ["a": "\(number % 3)", "b": "\(number % 5)", "n": "\(number)"]))
                var (time, value) = (Int64.random(in: 0...60_000, using: &generator), 0.0)
                for _ in 0..<30 {
                    time += Int64.random(in: 5000...40_000, using: &generator)
                    value = Int.random(in: 0..<12, using: &generator) == 0 ? 0 : value + Double.random(in: 0...10, using: &generator)
                    columns.timestamps.append(time)
                    columns.values.append(Int.random(in: 0..<25, using: &generator) == 0 ? Sample.staleMarker : value)
                }
                return columns
            }
        }

        func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
            let range = selection.start.milliseconds...selection.end.milliseconds
            var batch = SampleBatch()
            for columns in series where selection.matchers.allSatisfy({ $0.matches(columns.labels) }) {
                let kept = columns.timestamps.indices.filter { range.contains(columns.timestamps[$0]) }
                if kept.isEmpty { continue }
                batch.append(
                    SeriesColumns(
                        labels: columns.labels, timestamps: kept.map { columns.timestamps[$0] }, values: kept.map { columns.values[$0] }))
                if batch.series.count == batchSize {
                    try take(batch)
                    batch.removeAll()
                }
            }
            try take(batch)
        }
    }

    private static let aggregations = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
    private static let operands = [
        "x_total", "rate(x_total[1m])", "increase(x_total[90s] offset 20s)", "-x_total * 2", "x_total > 20", "max_over_time(x_total[1m])",
        "abs(x_total - 30) ^ 2", "irate(x_total[2m] @ end())",
    ]

    private func answer(_ text: String, seed: UInt64) async throws -> [LabelSet: [Int64: Double]] {
        let epoch = Timestamp(milliseconds: 0)
        let result = try await QueryEngine(samples: BatchedSamples(seed: seed)).range(
            try PromQLQuery(text), from: epoch, through: epoch + .seconds(600), step: .seconds(37))
        guard case .matrix(let series) = result else { throw QueryFailure.badRequest("no matrix") }
        return Dictionary(
            uniqueKeysWithValues: series.map { ($0.labels, Dictionary(uniqueKeysWithValues: zip($0.timestamps, $0.values))) })
    }

    private func expectSame(_ left: String, _ right: String, seed: UInt64) async throws {
        let (left, right) = (try await answer(left, seed: seed), try await answer(right, seed: seed))
        #expect(Set(left.keys) == Set(right.keys))
        #expect(!left.isEmpty)
        for (labels, values) in left {
            let others = right[labels] ?? [:]
            #expect(values.count == others.count)
            for (time, value) in values {
                let other = others[time] ?? .nan
                #expect(abs(value - other) <= 1e-9 * max(1, abs(value)), "\(labels) at \(time)")
            }
        }
    }

    @Test("An aggregation gives the same whether it streams or its series are all there", arguments: 1...6 as ClosedRange<UInt64>)
    func streaming(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        for operand in Self.operands {
            let aggregation = Self.aggregations.randomElement(using: &generator) ?? "sum"
            let text = "\(aggregation) by (a) (\(operand))"
            // A selection that somebody else needs too is not streamed.
            try await expectSame(text, "\(text) or (x_total unless x_total)", seed: seed)
        }
    }

    @Test("A sum is the sum of the sums of its parts", arguments: 1...4 as ClosedRange<UInt64>)
    func parts(seed: UInt64) async throws {
        for operand in Self.operands {
            try await expectSame("sum by (a) (\(operand))", "sum by (a) (sum by (a, b) (\(operand)))", seed: seed)
            try await expectSame("max without (b, n) (\(operand))", "max by (a) (max without (n) (\(operand)))", seed: seed)
            try await expectSame(
                "sum(\(operand))", "sum(sum by (b) (\(operand))) * 1", seed: seed)
        }
    }

    @Test("What stands in a query twice is the same both times", arguments: 1...4 as ClosedRange<UInt64>)
    func repetition(seed: UInt64) async throws {
        for operand in Self.operands {
            try await expectSame("(\(operand)) + (\(operand))", "2 * (\(operand))", seed: seed)
            let sum = "sum by (b) (\(operand))"
            try await expectSame("\(sum) + \(sum) - \(sum)", "0 + \(sum)", seed: seed)
            let subquery = "sum_over_time((\(sum))[2m:30s])"
            try await expectSame("\(subquery) + \(subquery)", "2 * \(subquery)", seed: seed)
        }
    }
}

import PostwatchModel
import PromQL

extension QueryEngine {
    /// The answer as lines of `labels value`, sorted unless order counts; a failure as its description.
    func lines(
        _ text: String, at time: Duration, isOrdered: Bool = false, allowingExperimental: Bool = false
    ) async throws -> [String] {
        let lines: [String]
        do {
            let query = try PromQLQuery(text, allowingExperimental: allowingExperimental)
            switch try await instant(query, at: Timestamp(milliseconds: 0) + time) {
            case .scalar(let value, _): lines = [value.prometheusText]
            case .string(let text, _): lines = ["\"\(text)\""]
            case .vector(let elements):
                lines = elements.map { "\($0.labels) \($0.histogram?.notation ?? $0.value.prometheusText)" }
            case .matrix(let series): lines = series.map { Self.line($0) }
            }
        } catch let failure as QueryFailure {
            return ["\(failure.kind.rawValue): \(failure)"]
        }
        return isOrdered ? lines : lines.sorted()
    }

    /// `labels value@seconds …` for each series of a range query.
    func rangeLines(
        _ text: String, from start: Duration, through end: Duration, step: Duration, allowingExperimental: Bool = false
    ) async throws -> [String] {
        let epoch = Timestamp(milliseconds: 0)
        do {
            let query = try PromQLQuery(text, allowingExperimental: allowingExperimental)
            let result = try await range(query, from: epoch + start, through: epoch + end, step: step)
            guard case .matrix(let series) = result else { return ["no matrix"] }
            return series.map { Self.line($0) }
        } catch let failure as QueryFailure {
            return ["\(failure.kind.rawValue): \(failure)"]
        }
    }

    /// Warnings and infos of an instant query.
    func notes(_ text: String, at time: Duration, allowingExperimental: Bool = false) async throws -> [String] {
        let query = try PromQLQuery(text, allowingExperimental: allowingExperimental)
        let answer = try await instantAnswer(query, at: Timestamp(milliseconds: 0) + time)
        return answer.warnings + answer.infos
    }

    private static func line(_ series: SeriesColumns) -> String {
        let points = zip(series.timestamps, series.values).map { "\($1.prometheusText)@\($0 / 1000)" }
        return "\(series.labels) \(points.joined(separator: " "))"
    }
}

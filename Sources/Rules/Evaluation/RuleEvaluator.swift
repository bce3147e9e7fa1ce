import PostwatchModel
import PromQL

/// Asks what a tracker decides by. Decides nothing itself.
public struct RuleEvaluator: Sendable {
    /// So many series of a selector are looked at to tell whether the data of an alert are missing.
    private static let evidenceLimit = 20_000

    private let samples: any SampleQuerying
    private let limits: QueryLimits
    /// What must not be taken for removed when its data are missing. Default: nothing is known.
    public var inventory: RuleInventory

    public init(samples: any SampleQuerying, limits: QueryLimits = QueryLimits(), inventory: RuleInventory = RuleInventory()) {
        self.samples = samples
        self.limits = limits
        self.inventory = inventory
    }

    /// Evaluates the rule of `tracker` at its planned `moment`.
    public func observe(
        rule index: Int, of tracker: RuleGroupTracker, at moment: Timestamp, isCatchUp: Bool = false
    ) async -> RuleObservation {
        let rule = tracker.group.rules[index]
        let needs = tracker.needs(ofRule: index, isCatchUp: isCatchUp)
        let witness = WitnessedSamples(samples, seriesLimit: needs.isEvidence ? Self.evidenceLimit : RuleExplanation.detailLimit)
        var observation = RuleObservation(at: moment, offset: tracker.group.queryOffset, outcome: .success([]))
        observation.isCatchUp = isCatchUp
        do {
            observation.outcome = .success(try await elements(rule.query, at: observation.lookedAt, from: witness))
            observation.readings = witness.readings()
            guard case .alerting(let alerting) = rule else { return observation }
            if needs.isRecovery, let recovery = alerting.recovery {
                observation.recovered = try await elements(recovery, at: observation.lookedAt, from: samples).map(\.labels)
            }
            if let subject = alerting.subject {
                var found: [LabelSet] = []
                for query in subject.queries { found += try await elements(query, at: observation.lookedAt, from: samples).map(\.labels) }
                observation.subjects = found
            }
            if !isCatchUp {
                let candidates = tracker.departed(ofRule: index, at: moment)
                observation.removed = await removed(candidates, alerting.removal, at: observation.lookedAt)
            }
            await answerTemplates(&observation, tracker, index)
        } catch {
            observation.outcome = .failure(.query(error))
            observation.readings = witness.readings()
        }
        return observation
    }

    // MARK: - Private

    private func elements(
        _ query: PromQLQuery, at moment: Timestamp, from samples: any SampleQuerying
    ) async throws(QueryFailure) -> [VectorElement] {
        let result = try await QueryEngine(samples: samples, limits: limits).instant(query, at: moment)
        // Reading the file let only scalars and vectors pass.
        guard let elements = result.elements else { preconditionFailure("a rule yields a vector or a scalar") }
        return elements
    }

    /// Those of `candidates` that nobody names any more: neither the inventory nor a target's `up`, be it 0 or 1. None when that cannot
    /// be found out.
    private func removed(_ candidates: [LabelSet], _ policy: RemovalPolicy, at moment: Timestamp) async -> [LabelSet] {
        switch policy {
        case .never: return []
        case .always: return candidates
        case .unlisted:
            let unlisted = candidates.filter { !inventory.lists($0) }
            guard !unlisted.isEmpty else { return [] }
            guard let targets = try? await targets(at: moment) else { return [] }
            return unlisted.filter { subject in !targets.contains { RuleReading.isAbout($0, subject) } }
        }
    }

    /// The labels of every `up` that has not ended.
    private func targets(at moment: Timestamp) async throws -> [LabelSet] {
        let selection = SampleSelection(
            [LabelMatcher(LabelSet.metricNameLabel, equals: "up")], from: moment - limits.lookback, through: moment)
        var reading = RuleReading(selection)
        try await samples.select(selection) { reading.note($0, keeping: .max) }
        return reading.series.filter { !$0.isEnded }.map(\.labels)
    }

    private func answerTemplates(_ observation: inout RuleObservation, _ tracker: RuleGroupTracker, _ index: Int) async {
        while true {
            let questions = tracker.openQuestions(ofRule: index, in: observation)
            if questions.isEmpty { return }
            for question in questions {
                observation.answers[question] = await answer(question, at: observation.evaluatedAt)
            }
        }
    }

    private func answer(_ question: String, at moment: Timestamp) async -> Result<[TemplateSample], TemplateAnswers.Failure> {
        do {
            let query = try PromQLQuery(question)
            guard query.type == .instantVector || query.type == .scalar else {
                return .failure(.init(reason: "query result is not a vector or scalar"))
            }
            return .success(try await elements(query, at: moment, from: samples).map { TemplateSample(labels: $0.labels, value: $0.value) })
        } catch let fault as PromQLFault {
            return .failure(.init(reason: fault.description))
        } catch {
            return .failure(.init(reason: "\(error)"))
        }
    }
}

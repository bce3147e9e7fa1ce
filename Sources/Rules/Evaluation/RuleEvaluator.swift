import PostwatchModel
import PromQL

/// Asks what a tracker decides by. Decides nothing itself.
public struct RuleEvaluator: Sendable {
    /// So many series of a selector are looked at to tell whether the data of an alert are missing.
    private static let evidenceLimit = 20_000

    private let samples: any SampleQuerying
    private let limits: QueryLimits

    public init(samples: any SampleQuerying, limits: QueryLimits = QueryLimits()) {
        self.samples = samples
        self.limits = limits
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

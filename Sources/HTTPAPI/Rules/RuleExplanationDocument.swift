import PostwatchModel
import PromQL

/// A rule with its explanations as the API shows them: moments in RFC 3339, values as texts, ages in seconds.
struct RuleExplanationDocument: Encodable {
    struct Reading: Encodable {
        let selector: String
        let from: String
        let through: String
        let seriesCount: Int
        let newest: String?
        let newestAgeSeconds: Double?
        let samples: [ReadSample]
    }

    struct ReadSample: Encodable {
        let labels: [String: String]
        let timestamp: String
        let ageSeconds: Double
        /// `ended` for a stale marker.
        let value: String
    }

    struct Element: Encodable {
        let labels: [String: String]
        let value: String
    }

    struct AlertStep: Encodable {
        let labels: [String: String]
        /// `inactive`, `pending`, `firing`.
        let before: String
        let after: String
        let value: String
        let reason: String
    }

    struct Evaluation: Encodable {
        let revision: String
        let expression: String
        let evaluatedAt: String
        let lookedAt: String
        let isCatchUp: Bool
        let error: String?
        /// Those beyond the first are only counted.
        let elementCount: Int
        let elements: [Element]
        let readings: [Reading]
        let alerts: [AlertStep]
    }

    let group: String
    let file: String
    let rule: String
    let line: Int
    let type: String
    let state: String
    /// The last evaluation; absent before the first.
    let last: Evaluation?
    /// Those that changed the state of an alert, newest first; absent unless asked for.
    let changes: [Evaluation]?

    init(_ rule: RuleStatus, of group: RuleGroupStatus, last: RuleExplanation?, changes: [RuleExplanation]?) {
        self.group = group.name
        file = group.file
        self.rule = rule.name
        line = rule.line
        type = rule.kind.rawValue
        state = rule.state
        self.last = last.map(Evaluation.init)
        self.changes = changes?.map(Evaluation.init)
    }
}

extension RuleExplanationDocument.Evaluation {
    init(_ explanation: RuleExplanation) {
        let moment = explanation.lookedAt
        revision = explanation.revision
        expression = explanation.expression
        evaluatedAt = explanation.evaluatedAt.rfc3339
        lookedAt = moment.rfc3339
        isCatchUp = explanation.isCatchUp
        error = explanation.error
        elementCount = explanation.elementCount
        elements = explanation.elements.map { .init(labels: $0.labels.dictionary, value: $0.value.prometheusText) }
        readings = explanation.readings.map { reading in
            RuleExplanationDocument.Reading(
                selector: reading.selector, from: reading.from.rfc3339, through: reading.through.rfc3339,
                seriesCount: reading.seriesCount, newest: reading.newest?.rfc3339,
                newestAgeSeconds: reading.newest.map { (moment - $0).seconds },
                samples: reading.samples.map { sample in
                    RuleExplanationDocument.ReadSample(
                        labels: sample.labels.dictionary, timestamp: sample.timestamp.rfc3339,
                        ageSeconds: (moment - sample.timestamp).seconds,
                        value: Sample.isStaleMarker(sample.value) ? "ended" : sample.value.prometheusText)
                })
        }
        alerts = explanation.alerts.map { step in
            RuleExplanationDocument.AlertStep(
                labels: step.labels.dictionary, before: step.before?.rawValue ?? "inactive", after: step.after?.rawValue ?? "inactive",
                value: step.value.prometheusText, reason: step.reason)
        }
    }
}

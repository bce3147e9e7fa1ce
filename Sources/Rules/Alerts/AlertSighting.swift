import PostwatchModel
import PromQL

/// What the query says about one alert in one evaluation.
struct AlertSighting {
    let labels: LabelSet
    let annotations: [String: String]
    let value: Double
    /// `nil`: nothing was measured, what was known before stays.
    var evidence: [String: Timestamp]? = [:]
    var reason = "the condition holds"
}

extension AlertingRule {
    /// Which labels of an alert come from the query, not from the rule.
    func subjectLabels(of alert: LabelSet) -> LabelSet {
        alert.filter { labels[$0] == nil && $0 != "alertname" && $0 != "rule" }
    }

    /// The alert's labels for an element of the query's answer.
    func alertLabels(_ data: TemplateData, _ answers: TemplateAnswers) -> LabelSet {
        var result = data.labels
        result[LabelSet.metricNameLabel] = nil
        for (name, template) in labels { result[name] = template.text(data, answers: answers) }
        result["alertname"] = name
        return result
    }

    /// The queries that its templates ask for these data and that are not among `answers`.
    func questions(_ data: TemplateData, _ answers: TemplateAnswers) -> Set<String> {
        var questions: Set<String> = []
        for template in [labels.values, annotations.values].joined() {
            if case .asks(let question) = template.expand(data, answers: answers) { questions.insert(question) }
        }
        return questions
    }

    /// Whether any of its templates may ask a query.
    var hasQuestions: Bool {
        [labels.values, annotations.values].joined().contains { $0.source.contains("query") }
    }
}

import PostwatchModel
import PromQL

/// One rule of a group.
public enum Rule: Hashable, Sendable {
    case alerting(AlertingRule)
    case recording(RecordingRule)

    /// The alert's or the recorded metric's name.
    public var name: String {
        switch self {
        case .alerting(let rule): rule.name
        case .recording(let rule): rule.metric
        }
    }

    public var query: PromQLQuery {
        switch self {
        case .alerting(let rule): rule.query
        case .recording(let rule): rule.query
        }
    }

    /// In its file; counts from 1. 0 for a rule from elsewhere.
    public var line: Int {
        switch self {
        case .alerting(let rule): rule.line
        case .recording(let rule): rule.line
        }
    }

    /// As they are written, templates not filled in; those of the group included.
    public var labelSources: [String: String] {
        switch self {
        case .alerting(let rule): rule.labels.mapValues(\.source)
        case .recording(let rule): rule.labels
        }
    }

    /// The same as long as nothing is changed that matters for what the rule does: 16 hexadecimal digits.
    public var revision: String {
        var hash = StableHash()
        func add(_ text: String) {
            hash.combine(text.utf8)
            hash.combine(0xFF)
        }
        add(name)
        add(query.text)
        for (key, text) in labelSources.sorted(by: { $0.key < $1.key }) { [key, text].forEach(add) }
        if case .alerting(let rule) = self {
            add("\(rule.hold.wholeMilliseconds) \(rule.keepFiringFor.wholeMilliseconds)")
            for (key, template) in rule.annotations.sorted(by: { $0.key < $1.key }) { [key, template.source].forEach(add) }
        }
        return hash.hexadecimal
    }

    /// `nil` when the rule cannot be made; the reasons are noted.
    static func read(_ section: ConfigurationSection, groupLabels: [String: GoTemplate]) -> Rule? {
        let alert = section.text("alert")
        let record = section.text("record")
        let query = query(of: section)
        let labels = groupLabels.merging(RuleLabels.read("labels", in: section)) { _, own in own }
        let alertKeys = ["for", "keep_firing_for", "annotations"].filter(section.has)
        switch (alert, record) {
        case (nil, nil):
            section.report("alert", found: "neither record nor alert", write: "one of them with the rule's name")
            return nil
        case (_?, _?):
            section.report("record", found: "both record and alert", write: "only one of them")
            return nil
        case (let name?, nil): return alerting(name, query, labels, section)
        case (nil, let metric?):
            for key in alertKeys {
                section.report(key, found: "\(key) on a recording rule", write: "it only on alerting rules")
            }
            if !RuleLabels.isMetricName(metric) {
                section.report("record", found: "\"\(metric)\"", write: "a metric's name such as queue:depth:sum, without braces")
            }
            return query.map {
                .recording(
                    RecordingRule(metric: metric, query: $0, labels: labels.mapValues(\.source), line: section.line(of: "record")))
            }
        }
    }

    // MARK: - Private

    private static func alerting(
        _ name: String, _ query: PromQLQuery?, _ labels: [String: GoTemplate], _ section: ConfigurationSection
    ) -> Rule? {
        if name.isEmpty { section.report("alert", found: "an empty name", write: "a name such as NodeDown") }
        let hold = section.duration("for", default: .zero)
        let keepFiring = section.duration("keep_firing_for", default: .zero)
        let annotations = RuleLabels.read("annotations", in: section)
        let extensions = RuleExtensions(reading: section)
        return query.map {
            .alerting(
                AlertingRule(
                    name: name, query: $0, hold: hold, keepFiringFor: keepFiring, labels: labels, annotations: annotations,
                    missing: extensions.missing, recovery: extensions.recovery, removal: extensions.removal,
                    line: section.line(of: "alert")))
        }
    }

    private static func query(of section: ConfigurationSection) -> PromQLQuery? {
        let text = section.requiredText("expr", like: "probe_success == 0")
        guard !text.isEmpty else { return nil }
        let query: PromQLQuery
        do {
            query = try PromQLQuery(text)
        } catch {
            section.report("expr", found: "\(error.found) at \(error.line):\(error.column) of the expression", write: error.expected)
            return nil
        }
        guard query.type == .instantVector || query.type == .scalar else {
            section.report("expr", found: "a \(query.type.rawValue)", write: "an expression that yields an instant vector or a scalar")
            return nil
        }
        return query
    }
}

import PostwatchModel
import PromQL

/// One scenario: series that are fed in, and what must come of them.
public struct RuleTest: Hashable, Sendable {
    /// A series with one point per interval, `nil` where there is no sample.
    public struct InputSeries: Hashable, Sendable {
        public let labels: LabelSet
        public let points: [SeriesPoint?]
    }

    /// Which alerts of one name must fire, and which must be pending, at one time.
    public struct AlertExpectation: Hashable, Sendable {
        public struct Alert: Hashable, Sendable {
            /// `alertname` included.
            public let labels: LabelSet
            public let annotations: [String: String]
        }

        /// Counted from the start.
        public let time: Duration
        public let alertName: String
        /// Empty: the alert must not fire.
        public let alerts: [Alert]
        /// `exp_pending`, which promtool does not know: what must be pending. `nil`: whatever is.
        public let pending: [Alert]?
    }

    /// What a query must answer at one time.
    public struct QueryExpectation: Hashable, Sendable {
        public struct Element: Hashable, Sendable {
            public let labels: LabelSet
            public let point: SeriesPoint
        }

        public let query: PromQLQuery
        public let time: Duration
        public let elements: [Element]
    }

    public let name: String
    /// Between two values of an input series.
    public let interval: Duration
    public let start: Timestamp
    /// Values may differ in the last bits.
    public let isFuzzy: Bool
    public let externalLabels: LabelSet
    public let externalURL: String
    public let series: [InputSeries]
    public let alerts: [AlertExpectation]
    public let queries: [QueryExpectation]

    /// The latest moment that anything is expected at, counted from the start.
    var duration: Duration { max(alerts.map(\.time).max() ?? .zero, queries.map(\.time).max() ?? .zero) }

    init(reading section: ConfigurationSection, defaultInterval: Duration, isFuzzy: Bool) {
        name = section.text("name") ?? ""
        interval = section.duration("interval", default: defaultInterval, atLeast: .milliseconds(1))
        start = Self.start(section)
        self.isFuzzy = isFuzzy
        externalLabels = LabelSet(section.textMap("external_labels").map { ($0.key, $0.value) })
        externalURL = section.text("external_url") ?? ""
        series = section.sections("input_series", Self.inputSeries)
        alerts = section.sections("alert_rule_test", Self.alertExpectation)
        queries = section.sections("promql_expr_test", Self.queryExpectation)
    }

    // MARK: - Private

    private static func start(_ section: ConfigurationSection) -> Timestamp {
        guard let text = section.text("start_timestamp") else { return Timestamp(milliseconds: 0) }
        if let seconds = Double(text) { return Timestamp(seconds: seconds) }
        if let moment = Timestamp(rfc3339: text) { return moment }
        section.report("start_timestamp", found: "\"\(text)\"", write: "seconds since 1970 or a time such as 2026-01-31T12:00:00Z")
        return Timestamp(milliseconds: 0)
    }

    private static func inputSeries(_ section: ConfigurationSection) -> InputSeries? {
        let labels = labels("series", in: section)
        let text = section.requiredText("values", like: "0+10x5")
        do {
            return InputSeries(labels: labels, points: try SeriesNotation.points(text))
        } catch {
            section.report("values", found: error.found, write: error.expected)
            return nil
        }
    }

    private static func alertExpectation(_ section: ConfigurationSection) -> AlertExpectation? {
        let time = section.duration("eval_time", default: .zero)
        let name = section.requiredText("alertname", like: "NodeDown")
        func alerts(_ key: String) -> [AlertExpectation.Alert] {
            section.sections(key) { alert in
                var labels = LabelSet(alert.textMap("exp_labels").map { ($0.key, $0.value) })
                labels["alertname"] = name
                return AlertExpectation.Alert(labels: labels, annotations: alert.textMap("exp_annotations"))
            }
        }
        return AlertExpectation(
            time: time, alertName: name, alerts: alerts("exp_alerts"), pending: section.has("exp_pending") ? alerts("exp_pending") : nil)
    }

    private static func queryExpectation(_ section: ConfigurationSection) -> QueryExpectation? {
        let time = section.duration("eval_time", default: .zero)
        let text = section.requiredText("expr", like: "up == 0")
        let elements = section.sections("exp_samples") { sample -> QueryExpectation.Element? in
            let labels = labels("labels", in: sample)
            if sample.has("histogram") { return histogram(sample).map { QueryExpectation.Element(labels: labels, point: .histogram($0)) } }
            let value = sample.requiredText("value", like: "1")
            guard let number = Double(value) else {
                sample.report("value", found: "\"\(value)\"", write: "a number")
                return nil
            }
            return QueryExpectation.Element(labels: labels, point: .value(number))
        }
        do {
            return QueryExpectation(query: try PromQLQuery(text), time: time, elements: elements)
        } catch {
            if !text.isEmpty {
                section.report("expr", found: "\(error.found) at \(error.line):\(error.column) of the expression", write: error.expected)
            }
            return nil
        }
    }

    private static func histogram(_ sample: ConfigurationSection) -> NativeHistogram? {
        // promtool lets a value stand beside it and looks at the histogram.
        _ = sample.text("value")
        do {
            return try NativeHistogram(notation: sample.text("histogram") ?? "")
        } catch {
            sample.report(
                "histogram", found: "\(error)", write: "a histogram such as {{schema:0 sum:5 count:4 buckets:[1 2 1]}}")
            return nil
        }
    }

    private static func labels(_ key: String, in section: ConfigurationSection) -> LabelSet {
        guard let text = section.text(key), !text.isEmpty else { return LabelSet() }
        do {
            return try SeriesNotation.labels(text)
        } catch {
            section.report(key, found: error.found, write: error.expected)
            return LabelSet()
        }
    }
}

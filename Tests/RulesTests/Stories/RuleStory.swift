import PostwatchModel
import PostwatchRuntime
import PromQL

@testable import Rules

/// Rules over virtual time: samples go in, and what becomes of the alerts is written down.
struct RuleStory {
    private(set) var samples = MemorySamples()
    private(set) var tracker: RuleGroupTracker
    /// `10 firing mx1`, `25 resolved mx1`: what people were told, with the second.
    private(set) var told: [String] = []
    /// What a store would hold.
    private(set) var stored: [AlertRecord.ID: AlertRecord] = [:]
    /// What the platform is configured to have.
    var inventory = RuleInventory()
    private let group: RuleGroup
    let interval: Int64

    /// `rules` is the list of rules of one group; `keys` are other keys of the group.
    init(_ rules: String, keys: String = "", interval: Int64 = 15) throws {
        let indented = rules.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
        let yaml = "groups:\n- name: g\n\(keys.isEmpty ? "" : "  \(keys)\n")  rules:\n\(indented)\n"
        let file = try RuleFile.read(try ConfigurationFile.parse(yaml, file: "r.yml"), file: "r.yml")
        group = file.groups[0]
        tracker = RuleGroupTracker(group: group, restoring: [])
        self.interval = interval
    }

    static func at(_ second: Int64) -> Timestamp { Timestamp(milliseconds: second * 1000) }

    /// One value for each interval from 0 on, in promtool's notation.
    mutating func feed(_ series: String, _ values: String, every seconds: Int64? = nil, from start: Int64 = 0) throws {
        let labels = try SeriesNotation.labels(series)
        for (index, point) in try SeriesNotation.points(values).enumerated() {
            guard let point else { continue }
            samples.append([point.sample(labels, at: Self.at(start + Int64(index) * (seconds ?? interval)))])
        }
    }

    /// Evaluates all rules at each interval of `seconds`.
    mutating func evaluate(_ seconds: ClosedRange<Int64>, isCatchUp: Bool = false, isAfterStart: Bool = false, isDataLate: Bool = false)
        async
    {
        for second in stride(from: seconds.lowerBound, through: seconds.upperBound, by: Int64.Stride(interval)) {
            for index in group.rules.indices {
                var observation = await RuleEvaluator(samples: samples, inventory: inventory).observe(
                    rule: index, of: tracker, at: Self.at(second), isCatchUp: isCatchUp)
                observation.isAfterStart = isAfterStart
                observation.isDataLate = isDataLate
                take(tracker.observe(observation, ofRule: index), at: second)
            }
        }
    }

    /// Takes in one observation of the first rule.
    mutating func observe(_ observation: RuleObservation) -> RuleEffects {
        let effects = tracker.observe(observation, ofRule: 0)
        take(effects, at: observation.evaluatedAt.milliseconds / 1000)
        return effects
    }

    /// An evaluation whose query fails.
    mutating func fail(at second: Int64) {
        take(tracker.observe(.failure(.query(.timedOut)), ofRule: 0, at: Self.at(second)), at: second)
    }

    /// The server stops and starts with what the store holds.
    mutating func restart() {
        tracker = RuleGroupTracker(group: group, restoring: stored.values.sorted { $0.id < $1.id })
    }

    mutating func pass(over seconds: Int64) { tracker.pass(over: .seconds(seconds)) }

    /// Takes over what was made up for in another story that began as this one; this one went on at `second`.
    mutating func learn(from past: RuleStory, since second: Int64) -> RuleEffects {
        tracker.learn(from: past.tracker, since: Self.at(second))
    }

    /// `pending mx1`, `firing mx2`
    var states: [String] {
        group.rules.indices.flatMap { tracker.alerts(ofRule: $0) }.map { "\($0.state.rawValue) \(Self.name($0.labels))" }.sorted()
    }

    /// The value of a query, as text.
    func value(_ query: String, at second: Int64) async throws -> [String] {
        let result = try await QueryEngine(samples: samples).instant(try PromQLQuery(query), at: Self.at(second))
        return (result.elements ?? []).map { "\($0.labels) \($0.value.prometheusText)" }.sorted()
    }

    // MARK: - Private

    private mutating func take(_ effects: RuleEffects, at second: Int64) {
        samples.append(effects.samples)
        for record in effects.changed { stored[record.id] = record }
        for id in effects.ended { stored[id] = nil }
        told += effects.events.map { "\(second) \($0.state.rawValue) \(Self.name($0.labels))" }.sorted()
    }

    private static func name(_ labels: LabelSet) -> String {
        let alert = labels["alertname"] ?? "?"
        let instance = labels["instance"].map { " " + $0 } ?? ""
        return (alert == "Down" ? "" : alert) + (alert == "Down" ? String(instance.dropFirst()) : instance)
    }
}

import PostwatchModel

/// Rules that are evaluated together, one after the other, on one beat.
public struct RuleGroup: Hashable, Sendable {
    /// Unique in its file; part of the identity of its alerts.
    public let name: String
    /// The file it stands in; empty for a group from elsewhere.
    public let file: String
    /// `nil` stands for the server's evaluation interval.
    public let interval: Duration?
    /// How many alerts or series one rule may yield; 0 for any number.
    public let limit: Int
    /// How much earlier than the evaluation the queries look, for samples that come late.
    public let queryOffset: Duration
    /// The group's labels are already among those of each rule.
    public let rules: [Rule]

    public init(
        name: String, file: String = "", interval: Duration? = nil, limit: Int = 0, queryOffset: Duration = .zero, rules: [Rule]
    ) {
        self.name = name
        self.file = file
        self.interval = interval
        self.limit = limit
        self.queryOffset = queryOffset
        self.rules = rules
    }

    init(reading section: ConfigurationSection, file: String, takenNames: inout Set<String>) {
        self.file = file
        name = section.requiredText("name", like: "mail-platform")
        if !name.isEmpty && !takenNames.insert(name).inserted {
            section.report("name", found: "the group \"\(name)\" a second time", write: "a name of its own for each group")
        }
        // As in Prometheus an interval of 0 is none.
        let interval = section.duration("interval", default: .zero)
        self.interval = interval > .zero ? interval : nil
        limit = section.integer("limit", default: 0, in: 0...Int(Int32.max))
        queryOffset = section.duration("query_offset", default: .zero)
        let labels = RuleLabels.read("labels", in: section)
        rules = section.sections("rules") { Rule.read($0, groupLabels: labels) }
    }
}

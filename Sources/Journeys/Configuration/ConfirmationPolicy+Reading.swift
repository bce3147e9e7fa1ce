import PostwatchModel

extension ConfirmationPolicy {
    /// Reads a section `confirm`.
    init(_ section: ConfigurationSection) {
        let repeats = section.integer("repeats", default: 2, in: 0...100)
        self.init(
            failures: section.integer("failures", default: 1, in: 1...100), repeats: repeats,
            failing: section.has("failing") ? section.integer("failing", default: repeats, in: 0...repeats) : nil,
            interval: section.duration("interval", default: .seconds(5), atLeast: .milliseconds(100)),
            recoveries: section.integer("recoveries", default: 2, in: 1...100),
            vantages: section.integer("vantages", default: 1, in: 1...1000))
    }
}

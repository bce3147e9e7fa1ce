import MailClient
import PostwatchModel
import PostwatchRuntime

extension JourneyConfiguration {
    /// Reads the list `journeys` of a file; every fault is noted in the section. Names must be unique. Of a matrix all cells, unless name
    /// servers have to be asked for them: `JourneyMatrix.readAll` reads those.
    public static func readAll(_ section: ConfigurationSection) -> [JourneyConfiguration] {
        var names: Set<String> = []
        return section.sections("journeys") { journey -> [JourneyConfiguration]? in
            let configurations: [JourneyConfiguration]
            if journey.has("matrix") {
                configurations = JourneyMatrix.fixedCells(of: journey)
            } else {
                configurations = JourneyConfiguration(reading: journey).map { [$0] } ?? []
            }
            for configuration in configurations where !names.insert(configuration.name).inserted {
                journey.report("name", found: "a second journey named \(configuration.name)", write: "a name that no other journey has")
            }
            return configurations
        }.flatMap(\.self)
    }

    /// Reads one journey; `nil` when it has no kind, since nothing else could be judged then, or when its kind cannot run like this.
    public init?(reading section: ConfigurationSection) {
        let name = section.requiredText("name", like: "imap-customer-1")
        if !name.isEmpty && !Self.isValidName(name) {
            section.report("name", found: "\"\(name)\"", write: "lowercase letters, digits and dashes such as imap-customer-1")
        }
        let kind = Self.kind(of: section)
        let interval = section.duration("interval", default: .seconds(60), atLeast: .seconds(1))
        let timeout = section.duration("timeout", default: kind?.defaultTimeout ?? .seconds(10), atLeast: .milliseconds(100))
        let path = section.texts("path")
        let resolver = Endpoint("resolver", of: section, defaultPort: 53, like: "192.0.2.53:53")
        let confirmation = section.section("confirm", ConfirmationPolicy.init) ?? ConfirmationPolicy()
        guard let kind, let task = kind.init(section, timeout: timeout) else { return nil }
        self.init(
            name: name, task: task, interval: interval, timeout: timeout, path: path, resolver: resolver, confirmation: confirmation)
    }

    /// Reads `kind`; `nil` when there is none of that name, which is noted.
    static func kind(of section: ConfigurationSection) -> (any JourneyTask.Type)? {
        let known = "one of " + kinds.map { $0.kind }.joined(separator: ", ")
        guard let text = section.text("kind") else {
            if !section.has("kind") { section.report("kind", found: "nothing", write: known) }
            return nil
        }
        guard let kind = kinds.first(where: { $0.kind == text }) else {
            section.report("kind", found: "\"\(text)\"", write: known)
            return nil
        }
        return kind
    }
}

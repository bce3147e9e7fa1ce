/// One thing that should be known of every node of a role.
public struct CatalogueItem: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable, CaseIterable {
        /// Without these nobody should sleep: CPU, memory, disk, and the key metric of the role.
        case basics
        /// What tells why, and what comes next.
        case next
    }

    /// For people, in lower case: `queue depth and age`.
    public let name: String
    public let level: Level
    /// Any of these shows that it is measured.
    public let metrics: [String]
    /// Lines of the node's agent configuration that would add it; several where several kinds of software can be meant.
    public let remedies: [Remedy]

    public struct Remedy: Hashable, Sendable {
        /// The software that it is for: `Postfix`. Empty: any.
        public let software: String
        /// YAML, from the first column.
        public let configuration: String

        public init(_ software: String, _ configuration: String) {
            self.software = software
            self.configuration = configuration
        }
    }

    public init(_ name: String, _ level: Level, metrics: [String], remedies: [Remedy]) {
        self.name = name
        self.level = level
        self.metrics = metrics
        self.remedies = remedies
    }
}

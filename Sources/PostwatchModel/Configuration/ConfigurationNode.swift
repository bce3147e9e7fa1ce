/// One value of a configuration file with the line it stands on, free of any file format.
public struct ConfigurationNode: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let key: String
        /// Counts from 1.
        public let line: Int
        public let value: ConfigurationNode

        public init(key: String, line: Int, value: ConfigurationNode) {
            self.key = key
            self.line = line
            self.value = value
        }
    }

    public indirect enum Content: Hashable, Sendable {
        case null
        case scalar(String)
        case sequence([ConfigurationNode])
        /// In the order of the file. A key may come twice; reading reports that.
        case mapping([Entry])
    }

    public let content: Content
    /// Counts from 1.
    public let line: Int

    public init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }

    /// `a list`, `"abc"`: the value in an error message, never longer than about 40 characters.
    public var excerpt: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text): text.count > 40 ? "\"\(text.prefix(40))…\"" : "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a section"
        }
    }
}

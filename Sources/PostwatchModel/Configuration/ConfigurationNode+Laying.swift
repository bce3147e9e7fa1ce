extension ConfigurationNode {
    /// The value of a key; `nil` when there is none, or this is no section.
    public subscript(key: String) -> ConfigurationNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// This section without a key.
    public func without(_ key: String) -> ConfigurationNode {
        guard case .mapping(let entries) = content else { return self }
        return ConfigurationNode(.mapping(entries.filter { $0.key != key }), line: line)
    }

    /// This section with another value behind the last of `keys`, each of which leads one section deeper; sections that are missing are made.
    /// What stands in the way of a section stays, for its reader to complain of.
    public func laying(_ value: ConfigurationNode, at keys: some Collection<String>) -> ConfigurationNode {
        guard let key = keys.first else { return value }
        var entries: [Entry]
        switch content {
        case .mapping(let found): entries = found
        case .null: entries = []
        case .scalar, .sequence: return self
        }
        let below = entries.first { $0.key == key }?.value ?? ConfigurationNode(.null, line: value.line)
        let entry = Entry(key: key, line: value.line, value: below.laying(value, at: keys.dropFirst()))
        if let index = entries.firstIndex(where: { $0.key == key }) { entries[index] = entry } else { entries.append(entry) }
        return ConfigurationNode(.mapping(entries), line: line)
    }
}

import PostwatchModel

/// The names that the author of a configuration chose as keys: a section only answers for names that are asked for.
struct ConfigurationKeys {
    private let node: ConfigurationNode?

    /// - Parameter node: `nil` when there is nothing at this place.
    init(_ node: ConfigurationNode?) {
        self.node = node
    }

    /// In the order of the file; empty when this is no section.
    var names: [String] {
        guard case .mapping(let entries)? = node?.content else { return [] }
        return entries.map(\.key)
    }

    subscript(key: String) -> ConfigurationKeys {
        guard case .mapping(let entries)? = node?.content else { return ConfigurationKeys(nil) }
        return ConfigurationKeys(entries.first { $0.key == key }?.value)
    }

    subscript(index: Int) -> ConfigurationKeys {
        guard case .sequence(let nodes)? = node?.content, nodes.indices.contains(index) else { return ConfigurationKeys(nil) }
        return ConfigurationKeys(nodes[index])
    }
}

extension ConfigurationSection {
    /// Notes a fault for each key that Prometheus knows and Postwatch does not; the value says what to write instead.
    func rejectUnsupported(_ keys: [String: String]) {
        for (key, instead) in keys.sorted(by: { $0.key < $1.key }) where has(key) {
            report(key, found: "a key of Prometheus that is not supported here", write: instead)
        }
    }
}

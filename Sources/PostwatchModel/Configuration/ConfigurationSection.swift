/// Reads one section of a configuration file key by key, and gathers every fault instead of stopping at the first.
///
/// A key that nobody asked for is a fault, found when `ConfigurationSection.read` returns. Where a value is missing or wrong the reader
/// notes the fault and goes on with the default, so one pass reports everything.
public final class ConfigurationSection {
    private final class FaultLog {
        let file: String
        var faults: [ConfigurationFault] = []

        init(file: String) {
            self.file = file
        }
    }

    /// `journeys[2]`; empty for the whole file.
    public let path: String
    private let line: Int
    private let entries: [ConfigurationNode.Entry]
    private let log: FaultLog
    private var askedFor: Set<String> = []

    /// Reads a whole file, or throws `ConfigurationFaults` with all that is wrong with it.
    public static func read<Value>(
        _ node: ConfigurationNode, file: String, _ body: (ConfigurationSection) -> Value
    ) throws(ConfigurationFaults) -> Value {
        let log = FaultLog(file: file)
        let value = read(node, path: "", log: log, body)
        guard let value, log.faults.isEmpty else { throw ConfigurationFaults(log.faults.sorted { $0.line < $1.line }) }
        return value
    }

    // MARK: Text, numbers, choices

    /// A text; `nil` when the key is absent.
    public func text(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text) = node.content else {
            report(key, node, write: "a text")
            return nil
        }
        return text
    }

    /// A text that must be there and not be empty. An empty text is returned when it is not.
    public func requiredText(_ key: String, like example: String) -> String {
        let text = text(key)
        if let text, !text.isEmpty { return text }
        if text != nil || node(key) == nil {
            report(key, found: text == nil ? "nothing" : "an empty text", write: "a text such as \(example)")
        }
        return ""
    }

    /// The path of another file; a relative one is taken from the directory of this configuration file, as Prometheus does.
    public func filePath(_ key: String) -> String? {
        text(key).map(resolved)
    }

    /// The paths of other files, taken from the directory of this configuration file.
    public func filePaths(_ key: String) -> [String] {
        texts(key).map(resolved)
    }

    /// A duration as Prometheus writes them: `30s`, `5m`, `1h30m`.
    public func duration(_ key: String, default fallback: Duration, atLeast minimum: Duration = .zero) -> Duration {
        guard let node = node(key) else { return fallback }
        guard case .scalar(let text) = node.content, let duration = Duration(prometheus: text) else {
            report(key, node, write: "a duration such as 30s")
            return fallback
        }
        guard duration >= minimum else {
            report(key, node, write: "a duration of at least \(minimum.prometheusText)")
            return fallback
        }
        return duration
    }

    public func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let node = node(key) else { return fallback }
        guard case .scalar(let text) = node.content, let number = Int(text), range.contains(number) else {
            report(key, node, write: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    public func flag(_ key: String, default fallback: Bool) -> Bool {
        guard let node = node(key) else { return fallback }
        switch node.content {
        case .scalar("true"): return true
        case .scalar("false"): return false
        default:
            report(key, node, write: "true or false")
            return fallback
        }
    }

    /// One of the raw values of `Choice`; `nil` when the key is absent or wrong.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text) = node.content, let choice = Choice(rawValue: text) else {
            report(key, node, write: "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        return choice
    }

    // MARK: Lists, maps, sections

    /// A list of texts; empty when the key is absent.
    public func texts(_ key: String) -> [String] {
        elements(key, of: "texts").compactMap { index, node in
            guard case .scalar(let text) = node.content else {
                report("\(key)[\(index)]", node, write: "a text")
                return nil
            }
            return text
        }
    }

    /// Name → text; empty when the key is absent.
    public func textMap(_ key: String) -> [String: String] {
        guard let node = node(key) else { return [:] }
        guard case .mapping(let entries) = node.content else {
            if case .null = node.content { return [:] }
            report(key, node, write: "a section of name: text")
            return [:]
        }
        var map: [String: String] = [:]
        for entry in entries {
            guard case .scalar(let text) = entry.value.content else {
                report("\(key).\(entry.key)", entry.value, write: "a text")
                continue
            }
            map[entry.key] = text
        }
        return map
    }

    /// A list of sections; empty when the key is absent. Elements for which `body` gives `nil` are left out.
    public func sections<Value>(_ key: String, _ body: (ConfigurationSection) -> Value?) -> [Value] {
        elements(key, of: "sections").compactMap { index, node in
            Self.read(node, path: childPath("\(key)[\(index)]"), log: log, body) ?? nil
        }
    }

    /// A section; `nil` when the key is absent. An empty section is a section.
    public func section<Value>(_ key: String, _ body: (ConfigurationSection) -> Value) -> Value? {
        node(key).flatMap { Self.read($0, path: childPath(key), log: log, body) }
    }

    // MARK: Whole sections

    /// The section as it stands in the file.
    public var content: ConfigurationNode { ConfigurationNode(.mapping(entries), line: line) }

    /// The file that the section is in.
    public var file: String { log.file }

    /// The keys besides `known` as they stand in the file, for whoever reads them elsewhere. Counts as asking for them.
    public func remainder(besides known: Set<String>) -> [ConfigurationNode.Entry] {
        askedFor.formUnion(entries.map(\.key))
        return entries.filter { !known.contains($0.key) }
    }

    /// Reads `node` as if it stood in the place of this section; what is wrong with it is noted here. `nil` when it is no section.
    public func reading<Value>(_ node: ConfigurationNode, _ body: (ConfigurationSection) -> Value) -> Value? {
        askedFor.formUnion(entries.map(\.key))
        return Self.read(node, path: path, log: log, body)
    }

    // MARK: Keys and faults

    /// Whether the key is there, whatever its value. Counts as asking for it.
    public func has(_ key: String) -> Bool {
        node(key) != nil
    }

    /// Whether the key holds a section, for one that may also be a text. Counts as asking for it.
    public func hasSection(_ key: String) -> Bool {
        guard case .mapping = node(key)?.content else { return false }
        return true
    }

    /// The line of the key, or of the section when the key is absent.
    public func line(of key: String) -> Int {
        entries.first { $0.key == key }?.line ?? line
    }

    /// Notes a fault that only the component can see: two values that do not go together, an unknown name.
    public func report(_ key: String, found: String, write: String) {
        add(ConfigurationFault(file: log.file, line: line(of: key), path: childPath(key), found: found, write: write))
    }

    // MARK: - Private

    private func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = log.file.lastIndex(of: "/") else { return path }
        return log.file[...slash] + path
    }

    private init(path: String, line: Int, entries: [ConfigurationNode.Entry], log: FaultLog) {
        self.path = path
        self.line = line
        self.entries = entries
        self.log = log
    }

    private static func read<Value>(
        _ node: ConfigurationNode, path: String, log: FaultLog, _ body: (ConfigurationSection) -> Value
    ) -> Value? {
        let entries: [ConfigurationNode.Entry]
        switch node.content {
        case .mapping(let found): entries = found
        case .null: entries = []
        case .scalar, .sequence:
            log.faults.append(
                ConfigurationFault(file: log.file, line: node.line, path: path, found: node.excerpt, write: "a section of key: value"))
            return nil
        }
        let section = ConfigurationSection(path: path, line: node.line, entries: entries, log: log)
        let value = body(section)
        section.reportUnknownKeys()
        return value
    }

    private func node(_ key: String) -> ConfigurationNode? {
        askedFor.insert(key)
        return entries.first { $0.key == key }?.value
    }

    private func elements(_ key: String, of what: String) -> [(Int, ConfigurationNode)] {
        guard let node = node(key) else { return [] }
        switch node.content {
        case .sequence(let nodes): return Array(nodes.enumerated().map { ($0.offset, $0.element) })
        case .null: return []
        case .scalar, .mapping:
            report(key, node, write: "a list of \(what), each behind a dash")
            return []
        }
    }

    private func report(_ key: String, _ node: ConfigurationNode, write: String) {
        add(ConfigurationFault(file: log.file, line: node.line, path: childPath(key), found: node.excerpt, write: write))
    }

    private func reportUnknownKeys() {
        var seen: Set<String> = []
        for entry in entries {
            if !askedFor.contains(entry.key) {
                let known = askedFor.sorted().joined(separator: ", ")
                add(
                    ConfigurationFault(
                        file: log.file, line: entry.line, path: childPath(entry.key), found: "an unknown key",
                        write: known.isEmpty ? "nothing here" : "one of \(known)"))
            } else if !seen.insert(entry.key).inserted {
                add(
                    ConfigurationFault(
                        file: log.file, line: entry.line, path: childPath(entry.key), found: "the key a second time",
                        write: "it once"))
            }
        }
    }

    /// The same key may be asked for twice; its fault is noted once.
    private func add(_ fault: ConfigurationFault) {
        if !log.faults.contains(fault) { log.faults.append(fault) }
    }

    private func childPath(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}

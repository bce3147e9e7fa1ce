import PostwatchModel

/// Names of domains as a configuration has them.
enum ConfiguredDomain {
    /// Source: RFC 1035, section 2.3.4.
    private static let longestName = 253
    private static let longestLabel = 63

    /// One name; notes one that is missing or is no name of a domain.
    static func read(_ section: ConfigurationSection, _ key: String) -> String {
        let text = section.requiredText(key, like: "example.net")
        let name = normal(text)
        // One that is missing has been noted already.
        if !text.isEmpty { report([name], section, key, like: "example.net") }
        return name
    }

    /// Each once, in the order of the first appearance; empty ones not. Notes those that are no names of domains.
    static func readList(_ section: ConfigurationSection, _ key: String, like example: String) -> [String] {
        let names = uniqued(section.texts(key))
        report(names, section, key, like: example)
        return names
    }

    /// In small letters and without the last dot.
    static func normal(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Whether a text can be a name in the DNS: labels that are neither empty nor too long.
    static func isName(_ text: String) -> Bool {
        text.utf8.count <= longestName
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { (1...longestLabel).contains($0.count) }
    }

    // MARK: - Private

    private static func uniqued(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.map(normal).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    private static func report(_ names: [String], _ section: ConfigurationSection, _ key: String, like example: String) {
        for name in names where !isName(name) {
            section.report(
                key, found: "\"\(name.prefix(80))\", which is no name",
                write: "parts of 1 to \(longestLabel) characters with dots between, such as \(example)")
        }
    }
}

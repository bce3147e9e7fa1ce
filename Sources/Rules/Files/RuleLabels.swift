import PostwatchModel

/// Reads `labels` and `annotations`: names with templates.
enum RuleLabels {
    static func read(_ key: String, in section: ConfigurationSection) -> [String: GoTemplate] {
        var templates: [String: GoTemplate] = [:]
        for (name, text) in section.textMap(key).sorted(by: { $0.key < $1.key }) {
            if name.isEmpty || (key == "labels" && name == LabelSet.metricNameLabel) {
                section.report("\(key).\(name)", in: key, found: "the name \"\(name)\"", write: "a label's name that is not taken")
                continue
            }
            do {
                templates[name] = try GoTemplate(text)
            } catch {
                section.report("\(key).\(name)", in: key, found: error.found, write: error.expected)
            }
        }
        return templates
    }

    /// Any text, as in Prometheus 3; braces are a query in the wrong place.
    static func isMetricName(_ text: String) -> Bool {
        !text.isEmpty && !text.contains { "{}".contains($0) }
    }
}

extension ConfigurationSection {
    /// Notes a fault inside the map under `key`; the line is that of the map.
    fileprivate func report(_ entry: String, in key: String, found: String, write: String) {
        report(key, found: "\(found) in \(entry)", write: write)
    }
}

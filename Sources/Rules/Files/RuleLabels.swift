import PostwatchModel

/// Reads `labels` and `annotations`: names with templates.
enum RuleLabels {
    static func read(_ key: String, in section: ConfigurationSection) -> [String: GoTemplate] {
        var templates: [String: GoTemplate] = [:]
        for (name, text) in section.textMap(key).sorted(by: { $0.key < $1.key }) {
            if !isLabelName(name) || (key == "labels" && (name == LabelSet.metricNameLabel || name == "alertname")) {
                section.report(
                    "\(key).\(name)", in: key, found: "the name \"\(name)\"", write: "a label's name that is not taken: a-z, 0-9 and _")
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

    static func isMetricName(_ text: String) -> Bool {
        isName(text) { $0 == "_" || $0 == ":" }
    }

    static func isLabelName(_ text: String) -> Bool {
        isName(text) { $0 == "_" }
    }

    private static func isName(_ text: String, allowing isAllowed: (Character) -> Bool) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || isAllowed($0)) }
    }
}

extension ConfigurationSection {
    /// Notes a fault inside the map under `key`; the line is that of the map.
    fileprivate func report(_ entry: String, in key: String, found: String, write: String) {
        report(key, found: "\(found) in \(entry)", write: write)
    }
}

import PostwatchModel

extension RelabelRule {
    /// Reads the rules of one key, such as `relabel_configs`; wrong ones are faults and left out.
    static func readAll(_ key: String, of section: ConfigurationSection) -> [RelabelRule] {
        section.sections(key) { RelabelRule($0) }
    }

    // MARK: - Private

    private init?(_ section: ConfigurationSection) {
        let sources = section.texts("source_labels")
        let separator = section.text("separator") ?? ";"
        let regex = section.text("regex")
        let target = section.text("target_label") ?? ""
        let replacement = section.text("replacement") ?? "$1"
        let modulus = section.integer("modulus", default: 0, in: 0...Int.max)
        let action = Self.action(section)
        guard let action else { return nil }
        var pattern = RelabelPattern.anything
        if let regex {
            do throws(RegularExpression.Fault) {
                pattern = try RelabelPattern(regex)
            } catch {
                section.report("regex", found: "\"\(regex)\" (\(error.reason))", write: "a regular expression in RE2 syntax")
                return nil
            }
        }
        self.init(
            action: action, sourceLabels: sources, separator: separator, pattern: pattern, targetLabel: target, replacement: replacement,
            modulus: UInt64(max(modulus, 1)))
        checkLabels(in: section, modulus: modulus)
    }

    /// In any case, as Prometheus takes it.
    private static func action(_ section: ConfigurationSection) -> Action? {
        guard let text = section.text("action") else { return section.has("action") ? nil : .replace }
        if let action = Action(rawValue: text.lowercased()) { return action }
        section.report("action", found: "\"\(text)\"", write: "one of " + Action.allCases.map(\.rawValue).joined(separator: ", "))
        return nil
    }

    private func checkLabels(in section: ConfigurationSection, modulus: Int) {
        switch action {
        case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal:
            if targetLabel.isEmpty { section.report("target_label", found: "nothing", write: "the label that \(action.rawValue) is about") }
        case .keep, .drop, .labelmap, .labeldrop, .labelkeep: break
        }
        if action == .hashmod, modulus == 0 { section.report("modulus", found: "nothing", write: "a whole number of at least 1") }
        let unused: [String] =
            switch action {
            case .labeldrop, .labelkeep: ["source_labels", "target_label", "modulus", "separator", "replacement"]
            case .keepequal, .dropequal: ["regex", "modulus", "separator", "replacement"]
            case .replace, .keep, .drop, .hashmod, .labelmap, .lowercase, .uppercase: []
            }
        for key in unused where section.has(key) {
            section.report(key, found: "a key that \(action.rawValue) has no use for", write: "nothing here")
        }
    }
}

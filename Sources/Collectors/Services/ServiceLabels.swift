import PostwatchModel

/// The key `labels` of one instance of a service, in the section `collectors`.
enum ServiceLabels {
    /// Faults: names that no label can have, or that the series have already.
    /// - Parameters:
    ///   - kind: `redis`, for the example in a fault.
    ///   - taken: Labels that the series of this kind have of their own.
    static func read(_ section: ConfigurationSection, kind: String, taken: Set<String> = []) -> LabelSet {
        let labels = section.textMap("labels")
        for name in labels.keys.sorted() {
            if taken.union(["component", "instance", "le"]).contains(name) {
                section.report("labels", found: "the label \(name), which the series have already", write: "another name, such as \(kind)")
            } else if !isLabelName(name) {
                section.report("labels", found: "the label \"\(name)\"", write: "letters, digits and _, no digit first, not __ first")
            }
        }
        return LabelSet(labels.map { ($0.key, $0.value) })
    }

    private static func isLabelName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !name.hasPrefix("__"), !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 }
    }
}

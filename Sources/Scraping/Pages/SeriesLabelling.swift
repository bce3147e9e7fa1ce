import ExpositionFormat
import PostwatchModel

/// What becomes of the labels that a target writes: those of the target are added, rules are applied, limits are kept.
/// Source: Prometheus documentation, "Configuration", `honor_labels`, `metric_relabel_configs`, `label_limit`.
struct SeriesLabelling: Sendable {
    private let target: [String: String]
    private let honorsLabels: Bool
    private let rules: [RelabelRule]
    let limits: ScrapeLimits
    private let externalLabels: [String: String]
    /// The labels that every series gets, sorted by name.
    private let fixed: [ExpositionLabels.Label]
    /// Nothing is rewritten and nothing is counted.
    private let isPlain: Bool

    /// - Parameter externalLabels: added where a series has no such label. Empty unless samples leave this instance.
    init(
        target: [String: String], honorsLabels: Bool = false, rules: [RelabelRule] = [], limits: ScrapeLimits = ScrapeLimits(),
        externalLabels: [String: String] = [:]
    ) {
        self.target = target
        self.honorsLabels = honorsLabels
        self.rules = rules
        self.limits = limits
        self.externalLabels = externalLabels
        fixed = target.merging(externalLabels) { own, _ in own }.filter { !$0.value.isEmpty }
            .map { ExpositionLabels.Label(name: Array($0.key.utf8), value: Array($0.value.utf8)) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        isPlain = rules.isEmpty && limits.labels == 0 && limits.labelNameLength == 0 && limits.labelValueLength == 0
    }

    /// The labels of a series on a page in the form of `LabelBytes`; `nil` when a rule drops it.
    func labels(of series: UnsafeRawBufferPointer) throws(ScrapeFailure) -> [UInt8]? {
        guard let read = ExpositionLabels(series) else { throw .malformedSeries(Self.excerpt(series)) }
        if isPlain, let labels = plainLabels(read.labels) { return labels }
        var exposed: [String: String] = [:]
        for label in read.labels {
            let name = String(decoding: label.name, as: UTF8.self)
            guard exposed.updateValue(String(decoding: label.value, as: UTF8.self), forKey: name) == nil else {
                throw .malformedSeries(Self.excerpt(series))
            }
        }
        var labels = honorsLabels ? honoring(exposed) : overruling(exposed)
        guard rules.apply(to: &labels) else { return nil }
        labels = labels.filter { !$0.value.isEmpty }
        if labels.isEmpty { return nil }
        guard labels[LabelSet.metricNameLabel] != nil, labels[""] == nil else { throw .malformedSeries(Self.excerpt(series)) }
        try check(labels, series)
        return bytes(of: labels)
    }

    /// Those of a series that is about the target itself.
    func reportLabels(_ metric: String) -> [UInt8] {
        bytes(of: target.filter { !$0.value.isEmpty }.merging([LabelSet.metricNameLabel: metric]) { _, name in name })
    }

    // MARK: - Private

    /// What nearly all series need: two lists of labels become one. `nil` when there is more to do, because a name is there twice.
    private func plainLabels(_ exposed: [ExpositionLabels.Label]) -> [UInt8]? {
        var all = fixed
        all.reserveCapacity(fixed.count + exposed.count)
        for label in exposed {
            // Few labels, mostly in order: put where they belong from behind.
            var place = all.count
            while place > 0 {
                let order = Self.compare(all[place - 1].name, label.name)
                if order == 0 { return nil }
                if order < 0 { break }
                place -= 1
            }
            all.insert(label, at: place)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(all.reduce(0) { $0 + $1.name.count + $1.value.count + 8 })
        var isNamed = false
        for label in all where !label.value.isEmpty {
            label.name.withUnsafeBytes { name in
                isNamed = isNamed || LabelBytes.isMetricNameLabel(name)
                label.value.withUnsafeBytes { LabelBytes.append(name: name, value: $0, to: &bytes) }
            }
        }
        return isNamed ? bytes : nil
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { left in right.withUnsafeBytes { LabelBytes.compare(left, $0) } }
    }

    private func honoring(_ exposed: [String: String]) -> [String: String] {
        // An empty label of the page takes the target's away.
        exposed.merging(target) { exposed, _ in exposed }
    }

    private func overruling(_ exposed: [String: String]) -> [String: String] {
        var labels = exposed
        var moved: [(name: String, value: String)] = []
        for (name, value) in target {
            if let old = labels[name], !old.isEmpty { moved.append((name, old)) }
            labels[name] = value
        }
        // Shorter names first: `exported_job` may be taken already by the label that was called so.
        for (name, value) in moved.sorted(by: { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }) {
            var free = "exported_" + name
            while labels[free, default: ""] != "" { free = "exported_" + free }
            labels[free] = value
        }
        return labels
    }

    private func check(_ labels: [String: String], _ series: UnsafeRawBufferPointer) throws(ScrapeFailure) {
        if limits.labels > 0, labels.count > limits.labels {
            throw .tooManyLabels(series: Self.excerpt(series), count: labels.count, limit: limits.labels)
        }
        guard limits.labelNameLength > 0 || limits.labelValueLength > 0 else { return }
        for (name, value) in labels {
            if limits.labelNameLength > 0, name.utf8.count > limits.labelNameLength {
                throw .labelNameTooLong(series: Self.excerpt(series), name: String(name.prefix(100)), limit: limits.labelNameLength)
            }
            if limits.labelValueLength > 0, value.utf8.count > limits.labelValueLength {
                throw .labelValueTooLong(series: Self.excerpt(series), name: String(name.prefix(100)), limit: limits.labelValueLength)
            }
        }
    }

    private func bytes(of labels: [String: String]) -> [UInt8] {
        LabelSet(labels.merging(externalLabels) { own, _ in own }.map { ($0.key, $0.value) }).bytes
    }

    private static func excerpt(_ series: UnsafeRawBufferPointer) -> String {
        String(decoding: series.prefix(200), as: UTF8.self)
    }
}

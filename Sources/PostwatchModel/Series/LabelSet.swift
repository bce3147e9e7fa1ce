/// The identity of a series, an alert or an event: label names with their values, sorted by name, each name once.
public struct LabelSet: Hashable, Sendable {
    public struct Label: Hashable, Sendable, Comparable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        public static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    /// The name of the label that holds the metric's name.
    public static let metricNameLabel = "__name__"

    /// Sorted by name.
    public private(set) var labels: [Label]

    public init() {
        labels = []
    }

    /// Labels with an empty value are dropped, since to Prometheus they are the same as absent; of a name given twice the last counts.
    public init(_ pairs: some Sequence<(String, String)>) {
        var values: [String: String] = [:]
        for (name, value) in pairs { values[name] = value }
        labels = values.filter { !$0.value.isEmpty }.map { Label(name: $0.key, value: $0.value) }.sorted()
    }

    /// A metric with its labels.
    public init(metric: String, _ labels: [String: String] = [:]) {
        self.init(labels.map { ($0.key, $0.value) } + [(Self.metricNameLabel, metric)])
    }

    /// Trusts the caller: `sorted` must be sorted by name, without repeated names or empty values.
    public init(sorted: [Label]) {
        labels = sorted
    }

    public var isEmpty: Bool { labels.isEmpty }

    /// The metric's name, or an empty string.
    public var metricName: String { self[Self.metricNameLabel] ?? "" }

    /// The value of a label, `nil` when absent. Setting `nil` or an empty value removes it.
    public subscript(name: String) -> String? {
        get { labels.first { $0.name == name }?.value }
        set {
            let index = labels.firstIndex { $0.name >= name } ?? labels.endIndex
            let exists = index < labels.endIndex && labels[index].name == name
            if let newValue, !newValue.isEmpty {
                let label = Label(name: name, value: newValue)
                if exists { labels[index] = label } else { labels.insert(label, at: index) }
            } else if exists {
                labels.remove(at: index)
            }
        }
    }

    /// Byte by byte the same, as Prometheus compares. `==` takes texts for equal that only look the same.
    public func isIdentical(to other: LabelSet) -> Bool {
        labels.elementsEqual(other.labels) { $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8) }
    }

    /// Only the labels for which `isIncluded` holds.
    public func filter(_ isIncluded: (String) -> Bool) -> LabelSet {
        LabelSet(sorted: labels.filter { isIncluded($0.name) })
    }

    /// These labels with those of `other` laid over them.
    public func merging(_ other: LabelSet) -> LabelSet {
        var merged = self
        for label in other.labels { merged[label.name] = label.value }
        return merged
    }

    public var dictionary: [String: String] {
        Dictionary(uniqueKeysWithValues: labels.map { ($0.name, $0.value) })
    }

    /// FNV-64a over sorted names and values with a 0xFF separator, 16 hex digits: Alertmanager's identity of an alert.
    public var fingerprint: String {
        var hash = StableHash()
        for label in labels {
            hash.combine(label.name.utf8)
            hash.combine(0xFF)
            hash.combine(label.value.utf8)
            hash.combine(0xFF)
        }
        return hash.hexadecimal
    }
}

extension LabelSet: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension LabelSet: CustomStringConvertible {
    /// `metric{a="b"}`, as PromQL writes it.
    public var description: String {
        let pairs = labels.filter { $0.name != Self.metricNameLabel }
            .map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        guard !metricName.isEmpty, pairs.isEmpty else { return "\(metricName){\(pairs.joined(separator: ", "))}" }
        return metricName
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}

extension LabelSet: Codable {
    public init(from decoder: any Decoder) throws {
        let pairs = try decoder.singleValueContainer().decode([String: String].self)
        self.init(pairs.map { ($0.key, $0.value) })
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(dictionary)
    }
}

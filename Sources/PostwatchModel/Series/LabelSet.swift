/// The identity of a series, an alert or an event: label names with their values, sorted by the bytes of the name, each name once.
///
/// Kept as the bytes that the series store and remote write have: made, compared and hashed without looking at single labels. Texts that
/// only look alike are different labels, as everywhere around Prometheus.
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

    /// In the canonical form of `LabelBytes`.
    public let bytes: [UInt8]

    public init() {
        bytes = []
    }

    /// Trusts the caller: `bytes` must be canonical.
    @inlinable
    public init(canonical bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Copies. Trusts the caller: `bytes` must be canonical.
    @inlinable
    public init(canonical bytes: UnsafeRawBufferPointer) {
        self.bytes = Array(bytes)
    }

    /// Copies; `nil` when `bytes` are not canonical: unsorted, a name twice, an empty name or value, not UTF-8, or not labels.
    public init?(checking bytes: UnsafeRawBufferPointer) {
        guard LabelBytes.isCanonical(bytes) else { return nil }
        self.bytes = Array(bytes)
    }

    /// Labels with an empty value are dropped, since to Prometheus they are the same as absent; of a name given twice the last counts.
    public init(_ pairs: some Sequence<(String, String)>) {
        bytes = LabelBytes.canonical(pairs)
    }

    /// A metric with its labels.
    public init(metric: String, _ labels: [String: String] = [:]) {
        self.init(labels.map { ($0.key, $0.value) } + [(Self.metricNameLabel, metric)])
    }

    public var isEmpty: Bool { bytes.isEmpty }

    /// How many labels there are.
    public var count: Int {
        var count = 0
        forEachPair { _ in count += 1 }
        return count
    }

    /// Sorted by name. Makes texts of all of them: `forEachPair` does not.
    public var labels: [Label] {
        var labels: [Label] = []
        forEachPair { labels.append(Label(name: $0.nameText, value: $0.valueText)) }
        return labels
    }

    /// Calls `body` for each label, in their order.
    @inlinable
    public func forEachPair(_ body: (LabelBytes.Pair) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var cursor = LabelBytes.Cursor(bytes)
            while let pair = cursor.next() { body(pair) }
        }
    }

    /// The metric's name, or an empty string.
    public var metricName: String { bytes.withUnsafeBytes { String(decoding: LabelBytes.metricName(in: $0), as: UTF8.self) } }

    /// The value of a label, `nil` when absent. Setting `nil` or an empty value removes it.
    public subscript(name: String) -> String? {
        get {
            var name = name
            return name.withUTF8 { name in
                bytes.withUnsafeBytes { bytes in
                    LabelBytes.value(of: UnsafeRawBufferPointer(name), in: bytes).map { String(decoding: $0, as: UTF8.self) }
                }
            }
        }
        set {
            let own = LabelBytes.label(name: name, value: newValue ?? "")
            self = LabelSet(canonical: LabelBytes.merged(bytes, with: own))
        }
    }

    /// Only the labels for which `isIncluded` holds.
    public func filter(_ isIncluded: (String) -> Bool) -> LabelSet {
        filterPairs { isIncluded($0.nameText) }
    }

    /// The same without making texts.
    @inlinable
    public func filterPairs(_ isIncluded: (LabelBytes.Pair) -> Bool) -> LabelSet {
        var kept: [UInt8] = []
        forEachPair { if isIncluded($0) { LabelBytes.append($0, to: &kept) } }
        return LabelSet(canonical: kept)
    }

    /// These labels with those of `other` laid over them.
    public func merging(_ other: LabelSet) -> LabelSet {
        if other.isEmpty { return self }
        if isEmpty { return other }
        return LabelSet(canonical: LabelBytes.merged(bytes, with: other.bytes))
    }

    /// The order in which series are listed: name by name and value by value, by their bytes.
    public func isListed(before other: LabelSet) -> Bool {
        bytes.withUnsafeBytes { own in
            other.bytes.withUnsafeBytes { other in
                var left = LabelBytes.Cursor(own)
                var right = LabelBytes.Cursor(other)
                while let mine = left.next() {
                    guard let theirs = right.next() else { return false }
                    for (one, another) in [(mine.name, theirs.name), (mine.value, theirs.value)] {
                        let order = LabelBytes.compare(one, another)
                        if order != 0 { return order < 0 }
                    }
                }
                return right.next() != nil
            }
        }
    }

    public var dictionary: [String: String] {
        // To a dictionary names that only look alike are one.
        Dictionary(labels.map { ($0.name, $0.value) }) { _, last in last }
    }

    /// FNV-64a over sorted names and values with a 0xFF separator, 16 hex digits: Alertmanager's identity of an alert.
    public var fingerprint: String {
        var hash = StableHash()
        forEachPair { pair in
            hash.combine(pair.name)
            hash.combine(0xFF)
            hash.combine(pair.value)
            hash.combine(0xFF)
        }
        return hash.hexadecimal
    }
}

extension LabelBytes.Pair {
    public var nameText: String { String(decoding: name, as: UTF8.self) }
    public var valueText: String { String(decoding: value, as: UTF8.self) }
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

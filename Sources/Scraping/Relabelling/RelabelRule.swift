import Crypto
import Foundation
import PostwatchModel

/// One step that rewrites labels: of a target before it is scraped, or of a sample before it is kept.
/// Source: Prometheus documentation, "Configuration", `<relabel_config>`.
public struct RelabelRule: Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase
    }

    public var action: Action
    /// Their values, joined, are what `regex` looks at.
    public var sourceLabels: [String]
    public var separator: String
    public var pattern: RelabelPattern
    /// May name groups of `regex` where the action replaces.
    public var targetLabel: String
    public var replacement: String
    /// Of `hashmod`. At least 1.
    public var modulus: UInt64

    /// The defaults are Prometheus'. A modulus of 0 is our bug.
    public init(
        action: Action = .replace, sourceLabels: [String] = [], separator: String = ";", pattern: RelabelPattern = .anything,
        targetLabel: String = "", replacement: String = "$1", modulus: UInt64 = 1
    ) {
        precondition(modulus > 0, "nothing can be divided by zero")
        self.action = action
        self.sourceLabels = sourceLabels
        self.separator = separator
        self.pattern = pattern
        self.targetLabel = targetLabel
        self.replacement = replacement
        self.modulus = modulus
    }

    /// Rewrites `labels`; false when what they belong to is to be dropped.
    public func apply(to labels: inout [String: String]) -> Bool {
        let source = sourceLabels.map { labels[$0] ?? "" }.joined(separator: separator)
        switch action {
        case .keep: return pattern.matches(source)
        case .drop: return !pattern.matches(source)
        case .keepequal: return source == labels[targetLabel] ?? ""
        case .dropequal: return source != labels[targetLabel] ?? ""
        case .replace: replace(in: &labels, source: source)
        case .lowercase: set(targetLabel, source.lowercased(), in: &labels)
        case .uppercase: set(targetLabel, source.uppercased(), in: &labels)
        case .hashmod: set(targetLabel, String(Self.hash(source) % modulus), in: &labels)
        case .labelmap:
            for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
                if let mapped = pattern.expand(replacement, matching: name) { set(mapped, value, in: &labels) }
            }
        case .labeldrop: labels = labels.filter { !pattern.matches($0.key) }
        case .labelkeep: labels = labels.filter { pattern.matches($0.key) }
        }
        return true
    }

    // MARK: - Private

    private func replace(in labels: inout [String: String], source: String) {
        guard let value = pattern.expand(replacement, matching: source) else { return }
        guard targetLabel.contains("$") else { return set(targetLabel, value, in: &labels) }
        // A name that comes out invalid is left alone, as in Prometheus.
        guard let name = pattern.expand(targetLabel, matching: source), !name.isEmpty else { return }
        set(name, value, in: &labels)
    }

    private func set(_ name: String, _ value: String, in labels: inout [String: String]) {
        labels[name] = value.isEmpty ? nil : value
    }

    /// The last eight bytes of the MD5 sum as one number, most significant first: targets stay on their shard when they move here.
    private static func hash(_ text: String) -> UInt64 {
        Insecure.MD5.hash(data: Data(text.utf8)).suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [RelabelRule] {
    /// Applies all rules in their order; false as soon as one of them drops.
    public func apply(to labels: inout [String: String]) -> Bool {
        allSatisfy { $0.apply(to: &labels) }
    }
}

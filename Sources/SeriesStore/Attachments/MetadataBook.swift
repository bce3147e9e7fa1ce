import ExpositionFormat
import PostwatchModel

/// What senders said of metric families. Written down beside the day files when it has changed.
struct MetadataBook: Sendable {
    /// A sender that invents families must not take all memory.
    private static let familyLimit = 100_000

    private(set) var families: [String: MetricMetadata] = [:]
    /// Has changed since `noteSaved`.
    private(set) var isChanged = false

    init(_ families: [String: MetricMetadata] = [:]) {
        self.families = families
    }

    /// Whether a message tells something new.
    func isNews(_ message: RemoteWriteMetadata) -> Bool {
        guard !message.family.isEmpty else { return false }
        guard let known = families[message.family] else { return families.count < Self.familyLimit }
        return known != MetricMetadata(message)
    }

    mutating func learn(_ message: RemoteWriteMetadata) {
        guard isNews(message) else { return }
        families[message.family] = MetricMetadata(message)
        isChanged = true
    }

    /// More may have been learned since `families` were.
    mutating func noteSaved(_ families: [String: MetricMetadata]) {
        isChanged = families != self.families
    }
}

extension MetricMetadata {
    private static let kinds: [Kind] = [.unknown, .counter, .gauge, .histogram, .gaugehistogram, .summary, .info, .stateset]

    init(_ message: RemoteWriteMetadata) {
        let kind = Self.kinds.indices.contains(message.kind) ? Self.kinds[message.kind] : .unknown
        self.init(kind: kind, help: message.help, unit: message.unit)
    }
}

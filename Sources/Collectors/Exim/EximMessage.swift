/// What a queue is described by of each message in it, apart from its age, which its name tells.
struct EximMessage: Hashable, Sendable {
    /// `false` for a notice of failure.
    var hasSender: Bool
    /// Whether the sender was told that the message is late.
    var isWarned: Bool
    var isFrozen: Bool
    /// Whether no delivery was tried yet.
    var isNew: Bool
    /// In bytes; `nil` when it is not known.
    var size: Int?
    /// Of the recipients whom the message has not reached yet, each once, in lower case; empty text for one without a domain.
    var domains: [String]
}

extension EximMessage {
    init(_ envelope: EximEnvelope, size: Int?) {
        self.init(
            hasSender: envelope.hasSender, isWarned: envelope.warnings > 0, isFrozen: envelope.isFrozen, isNew: envelope.isNew, size: size,
            domains: envelope.domains)
    }
}

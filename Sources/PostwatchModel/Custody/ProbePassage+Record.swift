extension ProbePassage {
    /// What the books know of a message whose run told nothing, as one that was broken off by a crash; `nil` while nobody has accepted it.
    public init?(_ record: ProbeRecord) {
        guard let acceptedAt = record.acceptedAt, let server = record.server else { return nil }
        self.init(
            probe: record.id, journey: record.journey, vantage: record.vantage, startedAt: record.begunAt,
            phases: [Phase(name: "accept", duration: max(acceptedAt - record.begunAt, .zero))], acceptedBy: server,
            reply: record.reply ?? "", queueID: record.queueID, visibleAt: record.sighting?.at, mailbox: record.sighting?.folder ?? "")
    }
}

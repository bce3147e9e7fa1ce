/// How a probe message ended, as the vantage that sent it books it. One that is booked anew, as a lost one that was found, is told again.
public struct MessageReport: Hashable, Sendable, Reportable {
    public static let reportType = "message"

    public var probe: String
    public var journey: String
    public var vantage: String
    public var begunAt: Timestamp
    /// `nil` when the word of acceptance was never read.
    public var acceptedAt: Timestamp?
    /// Who accepted it: `mx-1.example.test:25`.
    public var server: String?
    public var reply: String?
    public var queueID: String?
    public var outcome: ProbeOutcome
    public var bookedAt: Timestamp
    /// What a report says about a message that bounced.
    public var reason: String?
    /// The copy that was seen first.
    public var sighting: ProbeSighting?

    /// `nil` for one that has not ended, or was never sent.
    public init?(_ record: ProbeRecord) {
        guard case .settled(let outcome) = record.stage, let bookedAt = record.settledAt else { return nil }
        self.outcome = outcome
        self.bookedAt = bookedAt
        probe = record.id
        journey = record.journey
        vantage = record.vantage
        begunAt = record.begunAt
        acceptedAt = record.acceptedAt
        server = record.server
        reply = record.reply
        queueID = record.queueID
        reason = record.reason
        // A server may call a folder anything.
        sighting = record.sighting.map { sighting in
            guard !ReportBounds.isPlace(sighting.folder) else { return sighting }
            return ProbeSighting(place: sighting.place, folder: "(a name that cannot be shown)", uid: sighting.uid, at: sighting.at)
        }
    }

    /// As the books of the vantage have it.
    public var record: ProbeRecord {
        var record = ProbeRecord(id: probe, journey: journey, vantage: vantage, begunAt: begunAt, stage: .settled(outcome))
        record.acceptedAt = acceptedAt
        record.server = server
        record.reply = reply
        record.queueID = queueID
        record.settledAt = bookedAt
        record.reason = reason
        record.sighting = sighting
        return record
    }

    /// Whether it is as an agent makes them: a stranger's may have any size. Its record has 10 KB at most.
    public var isPlausible: Bool {
        let names = [probe, journey, vantage, server ?? "", queueID ?? "", sighting?.folder ?? ""]
        return names.allSatisfy(ReportBounds.isPlace) && !probe.isEmpty && !journey.isEmpty && !vantage.isEmpty
            && [reply, reason].allSatisfy { ReportBounds.isPrintable($0 ?? "", atMost: ReportBounds.longestReply) }
    }
}

/// A message whose end is known now, or is another than it was.
public struct MessageChange: Hashable, Sendable {
    public let report: MessageReport
    /// How it was booked before; `nil` when it was not.
    public let before: ProbeOutcome?

    public init(report: MessageReport, before: ProbeOutcome?) {
        self.report = report
        self.before = before
    }
}

import PostwatchModel

/// An alert with what only its tracker needs to know.
struct TrackedAlert: Sendable {
    var record: AlertRecord
    /// When the record was last among the changed; `nil` for one that was restored.
    var reportedAt: Timestamp?
    /// The last evaluation that judged it; `nil` for one that was restored.
    var judgedAt: Timestamp?
    /// It was there when the server started. That the first evaluations see its condition, on old samples, proves nothing.
    var isRestored = false
    /// What the last evaluation came to.
    var reason = ""

    /// An annotation with `$value` changes at every evaluation, as does the age of evidence. They are worth a write now and then.
    static let refresh = Duration.seconds(60)

    /// Whether the record must be written again, having been `before`.
    func isWorthWriting(since before: AlertRecord?, at moment: Timestamp) -> Bool {
        guard let before else { return true }
        if record.state != before.state || record.activeAt != before.activeAt || record.firedAt != before.firedAt
            || record.keepFiringSince != before.keepFiringSince || record.evidence.keys != before.evidence.keys
        {
            return true
        }
        guard record.annotations != before.annotations || record.evidence != before.evidence else { return false }
        return reportedAt.map { moment - $0 >= Self.refresh } ?? true
    }
}

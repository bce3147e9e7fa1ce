import PostwatchModel

/// What a followed log says, and how far the reading of it is.
struct MailLogCollector: BlockingCollecting {
    /// `mail_logs`, or `mail_logs:<path>` when there are several.
    let name: String
    let follower: MailLogFollower

    /// So many chunks are read before the read-out, so that it is of now; a longer backlog is read between the rounds.
    private static let chunksPerRound = 8

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        for _ in 0..<Self.chunksPerRound {
            switch try follower.advance(at: moment) {
            case .took, .moved: continue
            case .waits: return follower.readOut()
            case .isMissing:
                throw .unreadable(path: follower.settings.place, reason: "there is no such file; it is read as soon as there is one")
            }
        }
        return follower.readOut()
    }

    func measurements(after failure: CollectionFailure) -> [Measurement] {
        [MailLogFollower.up(false, of: follower.settings).labelled(follower.settings.labels)]
    }
}

import PostwatchModel

/// Says in one sentence why a journey fails: for events, and so for pages.
struct JourneyFailures: Sendable {
    let news: ProbeNewsDesk
    let board: JourneyBoard
    let custody: CustodyDesk

    /// The message that was lost there lately, or why the last run there failed, with where its message was last; `nil` when all is well.
    /// - Parameter vantage: `nil` for an event that speaks of all: then that counts where the journey failed last.
    func sentence(of journey: String, from vantage: String?) -> String? {
        let failed = vantage == nil ? board.lastFailure(of: journey) : nil
        let loss = (vantage ?? failed?.vantage).map { news.loss(of: journey, from: $0) } ?? news.loss(of: journey)
        return (loss ?? failed?.failure ?? vantage.flatMap { board.failure(of: journey, from: $0) }).map(custody.explained)
    }

    /// The message that was lost there lately, or anywhere, with where it was last; `nil` when none was.
    func loss(of journey: String, from vantage: String?) -> String? {
        (vantage.map { news.loss(of: journey, from: $0) } ?? news.loss(of: journey)).map(custody.explained)
    }
}

import Foundation
import PostwatchModel

/// Joins what a probe saw, what the logs of hops tell and what stands on its message into one account of where the message was.
///
/// ```swift
/// let chain = Custody.chain(of: passage, transits: transits, at: now)
/// chain.stretches   // add up to chain.total
/// chain.verdict     // "81.2 s of 94.0 s: mx-1 queue_manager (deferred twice: …)"
/// ```
public enum Custody {
    /// Messages whose clocks are looked at together, at most.
    public static let mostEarlier = 20

    /// - Parameters:
    ///   - transits: of this message; others are passed over.
    ///   - earlier: what is known of other messages not long before or after, newest first: they bound the clocks of the hops.
    ///   - now: until when a message that was not seen has been under way.
    public static func chain(
        of passage: ProbePassage, transits: [Transit], earlier: [(passage: ProbePassage, transits: [Transit])] = [], at now: Timestamp
    ) -> CustodyChain {
        chain(of: passage, transits: transits, clocks: clocks(of: earlier), at: now)
    }

    /// What messages say together of each clock: how far it is ahead of the probe's, in seconds.
    public static func clocks(of messages: [(passage: ProbePassage, transits: [Transit])]) -> [String: ClosedRange<Double>] {
        var known: [String: ClosedRange<Double>] = [:]
        for message in messages.prefix(mostEarlier) where message.passage.visibleAt != nil {
            let found = chain(of: message.passage, transits: message.transits, clocks: [:], at: message.passage.startedAt)
            for clock in found.clocks {
                let range = clock.seconds - clock.uncertaintySeconds...clock.seconds + clock.uncertaintySeconds
                guard let before = known[clock.node] else {
                    known[clock.node] = range
                    continue
                }
                // Where an older message contradicts, the clock was set in between: the newer one counts.
                if before.overlaps(range) { known[clock.node] = before.clamped(to: range) }
            }
        }
        return known
    }

    /// - Parameter clocks: what is known of the clocks of hops, as `clocks(of:)` tells it.
    public static func chain(
        of passage: ProbePassage, transits: [Transit], clocks: [String: ClosedRange<Double>], at now: Timestamp
    ) -> CustodyChain {
        let path = CustodyPath(passage, transits)
        let until = max(passage.visibleAt ?? now, passage.startedAt)
        let end = (until - passage.startedAt).seconds
        let isDelivered = passage.visibleAt != nil
        let timeline = CustodyTimeline(passage, path.hops, end: end, known: clocks)
        let ledger = CustodyLedger(passage, path.hops, timeline, end: end, isDelivered: isDelivered)
        let own = CustodyChain.Hop(node: CustodyChain.probeNode, isLogged: true)
        let lastKnown = isDelivered ? nil : CustodyVerdict.lastKnown(passage, path.hops)
        return CustodyChain(
            probe: passage.probe, journey: passage.journey, vantage: passage.vantage, startedAt: passage.startedAt,
            total: until - passage.startedAt, isDelivered: isDelivered,
            hops: [own] + path.hops.map { CustodyChain.Hop(node: $0.node, queueID: $0.queueID, isLogged: $0.transit != nil) },
            stretches: ledger.stretches, clocks: timeline.clocks.values.sorted { $0.node < $1.node },
            verdict: CustodyVerdict.sentence(
                ledger.stretches, total: until - passage.startedAt, lastKnown: lastKnown, copies: path.savedCopies)
                + CustodyVerdict.end(of: passage, isTwiceSaid: isDelivered && path.savedCopies > 1),
            lastKnown: lastKnown)
    }
}

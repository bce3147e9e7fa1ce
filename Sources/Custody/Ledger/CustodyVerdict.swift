import Foundation
import PostwatchModel

/// The account of a message in one sentence.
enum CustodyVerdict {
    /// - Parameters:
    ///   - lastKnown: where a message that was not seen was last.
    ///   - copies: how many times it was put into a mailbox.
    static func sentence(_ stretches: [CustodyChain.Stretch], total: Duration, lastKnown: String?, copies: Int) -> String {
        if let lastKnown { return "not seen after \(seconds(total)); last known at \(lastKnown)" }
        let twice = copies > 1 ? "; it was saved \(copies) times" : ""
        guard let most = heaviest(stretches) else { return "\(seconds(total))\(twice)" }
        let place = most.node == CustodyChain.probeNode ? "the probe's own \(most.stage.name)" : "\(most.node) \(most.stage.name)"
        let remark = most.remark.map { " (\($0))" } ?? ""
        return "\(seconds(most.duration)) of \(seconds(total)): \(place)\(remark)\(twice)"
    }

    /// What the books say, where that is more than that it came.
    /// - Parameter isTwiceSaid: whether the sentence before it says already that there are several copies.
    static func end(of passage: ProbePassage, isTwiceSaid: Bool) -> String {
        let reason = passage.reason.map { " (\($0))" } ?? ""
        switch passage.outcome {
        case nil, .inbox: return ""
        case .late: return "; it came late"
        case .junk: return "; it was put among unwanted mail"
        case .quarantined: return "; it was quarantined"
        case .bounced: return "; it bounced\(reason)"
        case .duplicate: return isTwiceSaid ? "" : "; it came more than once"
        case .lost: return "; it is booked as lost"
        }
    }

    /// `mx-1 (queue id 3F2A1): deferred twice: …`.
    static func lastKnown(_ passage: ProbePassage, _ path: [PathHop]) -> String {
        guard let last = path.last else {
            return "\(passage.acceptedBy)\(passage.queueID.map { " (queue id \($0))" } ?? ""): accepted, and no log tells more"
        }
        let place = "\(last.node)\(last.queueID.map { last.isStore ? "" : " (queue id \($0))" } ?? "")"
        guard let transit = last.transit else { return "\(place): handed to it, and no log tells more" }
        if last.isStore { return "\(place): saved to the mailbox, and not seen there" }
        if let handover = transit.handover {
            return "\(place): sent to \(handover.relay) (\(handover.reply))"
        }
        if transit.attempts.isEmpty, transit.removedAt != nil { return "\(place): removed without a delivery" }
        return "\(place): \(CustodyLedger.remark(onStay: transit))"
    }

    static func seconds(_ duration: Duration) -> String { String(format: "%.1f s", duration.seconds) }

    // MARK: - Private

    /// The stage of a hop that took longest in sum, with the remark of its longest stretch.
    private static func heaviest(_ stretches: [CustodyChain.Stretch]) -> CustodyChain.Stretch? {
        var sums: [CustodyChain.Stretch] = []
        for stretch in stretches {
            guard let index = sums.firstIndex(where: { $0.node == stretch.node && $0.stage == stretch.stage }) else {
                sums.append(stretch)
                continue
            }
            sums[index].duration += stretch.duration
        }
        guard var most = sums.max(by: { $0.duration < $1.duration }) else { return nil }
        let parts = stretches.filter { $0.node == most.node && $0.stage == most.stage }
        most.remark = parts.max { $0.duration < $1.duration }?.remark
        return most
    }
}

import PostwatchModel
import PostwatchRuntime

/// How long a message may take.
public struct DeliveryPatience: Hashable, Sendable {
    /// A message that takes longer counts as late. Default: 30 s.
    public var lateAfter: Duration
    /// A message that takes longer counts as lost. Default: 15 min.
    public var lostAfter: Duration

    public init(lateAfter: Duration = .seconds(30), lostAfter: Duration = .seconds(900)) {
        self.lateAfter = lateAfter
        self.lostAfter = lostAfter
    }
}

extension DeliveryPatience {
    /// Reads `late_after` and `lost_after` of a journey.
    init(_ section: ConfigurationSection, timeout: Duration) {
        let lateAfter = section.duration("late_after", default: .seconds(30), atLeast: .milliseconds(1))
        let lostAfter = section.duration("lost_after", default: .seconds(900), atLeast: .seconds(1))
        let floor = max(timeout, lateAfter)
        if lostAfter < floor {
            let name = floor == timeout ? "timeout" : "late_after"
            section.report("lost_after", found: lostAfter.prometheusText, write: "a duration not below \(name)")
        }
        self.init(lateAfter: lateAfter, lostAfter: lostAfter)
    }
}

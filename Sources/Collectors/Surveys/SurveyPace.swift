import NIOCore
import PostwatchModel

/// How often a survey is made, and how long it may take: the keys `every` and `timeout` of its entry.
public struct SurveyPace: Hashable, Sendable {
    /// Time between two surveys, at least 1 s; what was found is reported on every beat between.
    public var every: Duration
    /// For one survey, all in all; at least 100 ms.
    public var timeout: Duration

    public init(every: Duration, timeout: Duration) {
        self.every = every
        self.timeout = timeout
    }

    init(_ section: ConfigurationSection, usual: SurveyPace) {
        every = section.duration("every", default: usual.every, atLeast: .seconds(1))
        timeout = section.duration("timeout", default: usual.timeout, atLeast: .milliseconds(100))
    }

    /// When a survey that begins now must be over.
    var deadline: NIODeadline { .now() + .milliseconds(timeout.wholeMilliseconds) }
}

import PostwatchModel

/// What follows from one evaluation of a rule. To be stored before anybody is told.
public struct RuleEffects: Hashable, Sendable {
    /// Records to write: new ones, and those whose state, times or annotations changed.
    public var changed: [AlertRecord] = []
    /// Records to delete.
    public var ended: [AlertRecord.ID] = []
    /// One for each alert that began or stopped firing.
    public var events: [Event] = []
    /// `ALERTS`, `ALERTS_FOR_STATE` and recorded series, with stale markers for those that are gone.
    public var samples: [Sample] = []

    public init() {}
}

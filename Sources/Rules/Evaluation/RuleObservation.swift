import PostwatchModel
import PromQL

/// All that one evaluation of one rule found out; what the trackers decide by.
public struct RuleObservation: Sendable {
    /// The planned time of the evaluation.
    public var evaluatedAt: Timestamp
    /// What the query looked at, and the time of the series that come of it: `query_offset` earlier.
    public var lookedAt: Timestamp
    public var outcome: Result<[VectorElement], RuleFailure>
    /// What the query read; empty when nobody watched.
    public var readings: [RuleReading] = []
    /// Where the condition of recovery holds; `nil` when it was not asked.
    public var recovered: [LabelSet]?
    /// Everything that the rule judges and that has data; `nil` when it was not asked.
    public var subjects: [LabelSet]?
    /// What is without data for so long that it is taken for removed, by the labels of what is judged.
    public var removed: [LabelSet] = []
    /// For the templates.
    public var answers = TemplateAnswers()
    /// The evaluation makes up for one that was missed: what is not there may yet come, so it proves nothing.
    public var isCatchUp = false
    /// The server has only just started: the newest results may be too old to be seen, or missing, so silence is no recovery.
    public var isAfterStart = false
    /// Samples of the time in which the server stood still, and the first after that, may be on their way: nothing is newly taken for
    /// missing. So it is while evaluations are made up for.
    public var isDataLate = false

    public init(at moment: Timestamp, offset: Duration = .zero, outcome: Result<[VectorElement], RuleFailure>) {
        evaluatedAt = moment
        lookedAt = moment - offset
        self.outcome = outcome
    }
}

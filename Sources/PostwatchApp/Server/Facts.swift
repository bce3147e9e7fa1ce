import Logging
import PostwatchModel
import PostwatchRuntime
import Scraping

/// The facts that Postwatch tells about itself.
enum Facts {
    /// Of whoever scrapes and runs journeys.
    private static let vantage: [any Fact.Type] =
        ScrapeFacts.all + [
            JourneySamplesLost.self, JourneyBeatSkipped.self, MatrixNotResolved.self, MatrixUnusable.self,
            ProbeMessageLost.self, ProbeMessageFound.self, ProbesNotRecorded.self, BounceMailboxUnread.self,
        ]

    /// An agent pushes them as counters.
    static let agent: [any Fact.Type] =
        vantage + [
            CollectionFailed.self, CollectionRecovered.self, CollectedSamplesLost.self, FindingMade.self, FindingSettled.self,
            MessageEndNotTold.self,
        ]

    /// The server has them on its page.
    static let server: [any Fact.Type] =
        vantage + [
            ReportLinesRefused.self, ReportsNotKept.self, CustodyNotStored.self, CustodyPassagesDropped.self, ExplanationsDropped.self,
            CustodyUnreadable.self, OutboxUnreadable.self, PageDelivered.self, PageNotDelivered.self,
            RuleGroupEvaluated.self, RuleEvaluated.self, RuleEvaluationFailed.self, EvaluationsMadeUp.self, RuleAtLimit.self,
            AlertCannotFire.self, AlertsWithoutSeries.self, GroupsWithoutSeries.self, LivenessUnknown.self,
            ConfigurationReloaded.self, ConfigurationNotReloaded.self, JudgementNotStored.self, EvaluationsMissed.self,
        ]
}

struct JourneySamplesLost: Fact {
    static let counter = "journey_samples_lost"
    static let help = "Journey runs whose samples could not be stored."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The samples of a journey could not be stored"
    let journey: String
    let reason: String
    var metadata: Logger.Metadata { ["journey": "\(journey)", "reason": "\(reason)"] }
}

struct JourneyBeatSkipped: Fact {
    static let counter = "journey_beats_skipped"
    static let help = "Journey starts that were skipped because too many earlier runs were still under way."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A journey was not started: too many of its runs are still under way"
    let journey: String
    var metadata: Logger.Metadata { ["journey": "\(journey)"] }
}

struct MatrixNotResolved: Fact {
    static let counter = "matrix_resolutions_failed"
    static let help = "Times that name servers did not tell the servers of a matrix; the cells known before go on."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "The servers of a matrix could not be looked up; it is tried again"
    let matrix: String
    let reason: String
    var metadata: Logger.Metadata { ["matrix": "\(matrix)", "reason": "\(reason)"] }
}

struct MatrixUnusable: Fact {
    static let counter = "matrix_cells_unusable"
    static let help = "Times that cells of a matrix could not be made of what name servers told; those made before go on."
    static let level = Logger.Level.error
    static let message: Logger.Message = "A matrix has cells that cannot run"
    let matrix: String
    let reason: String
    var metadata: Logger.Metadata { ["matrix": "\(matrix)", "reason": "\(reason)"] }

    init(matrix: String, reason: String) {
        self.matrix = matrix
        self.reason = reason
    }

    /// Tells the first of many faults.
    init(matrix: String, faults: ConfigurationFaults) {
        let first = faults.faults.first.map { "\($0)" } ?? ""
        self.init(matrix: matrix, reason: first + (faults.faults.count > 1 ? " (and \(faults.faults.count - 1) more)" : ""))
    }
}

struct CustodyNotStored: Fact {
    static let counter = "custody_store_failures"
    static let help = "Times that the ways of probe messages could not be stored; they are tried again."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The ways of probe messages could not be stored"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

struct CustodyUnreadable: Fact {
    static let counter = "custody_read_failures"
    static let help = "Times that the way of a probe message could not be read."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The way of a probe message could not be read"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

struct OutboxUnreadable: Fact {
    static let counter = "outbox_failures"
    static let help = "Times that the outbox could not be read or written."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The outbox could not be read or written; pages wait"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

struct PageDelivered: Fact {
    static let counter = "pages_delivered"
    static let help = "Pages that a receiver took."
    static let level = Logger.Level.info
    static let message: Logger.Message = "A page was delivered"
    let page: String
    var metadata: Logger.Metadata { ["page": "\(page)"] }
}

struct PageNotDelivered: Fact {
    static let counter = "page_attempts_failed"
    static let help = "Attempts to deliver a page that failed; each is tried again."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A page could not be delivered and will be tried again"
    let page: String
    let reason: String
    var metadata: Logger.Metadata { ["page": "\(page)", "reason": "\(reason)"] }
}

struct RuleGroupEvaluated: Fact {
    static let counter = "rule_group_iterations"
    static let help = "Evaluations of rule groups."
    static let level = Logger.Level.trace
    static let message: Logger.Message = "A rule group was evaluated"
    let group: String
    var metadata: Logger.Metadata { ["group": "\(group)"] }
}

struct RuleEvaluated: Fact {
    static let counter = "rule_evaluations"
    static let help = "Evaluations of single rules, those that failed included."
    static let level = Logger.Level.trace
    static let message: Logger.Message = "A rule was evaluated"
    let rule: String
    var metadata: Logger.Metadata { ["rule": "\(rule)"] }
}

struct RuleEvaluationFailed: Fact {
    static let counter = "rule_evaluation_failures"
    static let help = "Rule evaluations that ended in an error; the rule's alerts stay as they are."
    static let level = Logger.Level.error
    static let message: Logger.Message = "A rule could not be evaluated"
    let group: String
    let rule: String
    let reason: String
    var metadata: Logger.Metadata { ["group": "\(group)", "rule": "\(rule)", "reason": "\(reason)"] }
}

struct JudgementNotStored: Fact {
    static let counter = "judgements_not_stored"
    static let help = "Evaluations whose outcome could not be stored; they are decided again on the next beat."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The outcome of an evaluation could not be stored; it is decided again"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

struct EvaluationsMissed: Fact {
    static let counter = "rule_group_iterations_missed"
    static let help = "Times that a rule group was evaluated late, so that beats were skipped."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A rule group is late and skips beats"
    let group: String
    let beats: Int64
    var metadata: Logger.Metadata { ["group": "\(group)", "beats": "\(beats)"] }
}

struct CollectionFailed: Fact {
    static let counter = "collections_failed"
    static let help = "Times that a collector began to fail, or to fail for another reason."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A collector failed"
    let collector: String
    let reason: String
    var metadata: Logger.Metadata { ["collector": "\(collector)", "reason": "\(reason)"] }
}

struct CollectionRecovered: Fact {
    static let counter = "collections_recovered"
    static let help = "Times that a collector worked again."
    static let level = Logger.Level.info
    static let message: Logger.Message = "A collector works again"
    let collector: String
    var metadata: Logger.Metadata { ["collector": "\(collector)"] }
}

struct FindingMade: Fact {
    static let counter = "findings_made"
    static let help = "Times that a collector found something that people should know, such as a certificate that has ended."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "Something is not as it should be"
    let collector: String
    let finding: String
    var metadata: Logger.Metadata { ["collector": "\(collector)", "finding": "\(finding)"] }
}

struct FindingSettled: Fact {
    static let counter = "findings_settled"
    static let help = "Times that something that a collector had found was no more."
    static let level = Logger.Level.info
    static let message: Logger.Message = "Something is as it should be again"
    let collector: String
    let finding: String
    var metadata: Logger.Metadata { ["collector": "\(collector)", "finding": "\(finding)"] }
}

struct CollectedSamplesLost: Fact {
    static let counter = "collected_samples_lost"
    static let help = "Collections whose samples could not be buffered or stored."
    static let level = Logger.Level.error
    static let message: Logger.Message = "Collected samples could not be kept"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

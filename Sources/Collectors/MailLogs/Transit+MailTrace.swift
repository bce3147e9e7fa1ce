import MailLogs
import PostwatchModel

extension Transit {
    /// - Parameter node: of the agent; `nil` where the log tells of many hosts and names each.
    init(_ trace: MailTrace, node: String?) {
        let moment = { (milliseconds: Int64?) in milliseconds.map { Timestamp(milliseconds: $0) } }
        let host = trace.host.prefix { $0 != "." }
        self.init(
            node: node ?? (host.isEmpty ? "unknown" : String(host)), software: Software(trace.program), instance: trace.instance,
            queueID: trace.queueID, probe: trace.identifier, receivedAt: moment(trace.receivedAt), activeAt: moment(trace.activeAt),
            heldAt: moment(trace.heldAt), releasedAt: moment(trace.releasedAt), attempts: trace.attempts.map { Attempt($0) },
            attemptCount: trace.attemptCount, removedAt: moment(trace.removedAt),
            resolution: trace.isFine ? .milliseconds(1) : .seconds(1))
    }
}

extension Transit.Software {
    fileprivate init(_ program: MailTrace.Program) {
        switch program {
        case .postfix: self = .postfix
        case .exim: self = .exim
        case .dovecot: self = .dovecot
        }
    }
}

extension Transit.Attempt {
    fileprivate init(_ attempt: MailTrace.Attempt) {
        let status: Status
        switch attempt.status {
        case .sent: status = .sent
        case .deferred: status = .deferred
        case .bounced: status = .bounced
        }
        self.init(
            at: Timestamp(milliseconds: attempt.at), status: status, relay: attempt.relay,
            stages: attempt.stages.map { stages in
                Transit.Stages(
                    beforeQueueManager: .milliseconds(stages[0]), queueManager: .milliseconds(stages[1]),
                    connectionSetup: .milliseconds(stages[2]), transmission: .milliseconds(stages[3]))
            }, reply: attempt.reply, nextQueueID: attempt.nextQueueID)
    }
}

import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One try of something that must not work, on connections of its own. Belongs to one task.
final class NegativeAttempt {
    let recorder: RunRecorder
    let setting: JourneySetting
    let task: NegativeTask
    let routes: NegativeRoutes
    let check: NegativeCheck
    private var exchange: MailExchange?
    private var visit: MailboxVisit?

    /// - Parameter recorder: has the attempt's own share of the run's time, and the veil of the run's recorder.
    init(_ check: NegativeCheck, setting: JourneySetting, task: NegativeTask, routes: NegativeRoutes, recorder: RunRecorder) {
        self.check = check
        self.setting = setting
        self.task = task
        self.routes = routes
        self.recorder = recorder
    }

    /// Where it is tried.
    var place: String {
        switch check {
        case .openRelay, .forgedSender, .unknownRecipient, .knownRecipient, .gtube, .eicar:
            exchange?.place ?? task.outside.map { $0.exchange.server == nil ? $0.recipient : $0.exchange.place } ?? ""
        case .wrongPassword, .plaintextAuth: task.submission?.place ?? ""
        case .imapWrongPassword: task.mailbox?.place ?? ""
        }
    }

    /// Returns when the last answer came. Throws the sentence about what should not have been, or about why it could not be tried.
    func run() async throws -> Stamped<Void> {
        do {
            try await attempt()
        } catch let failure as StepFailure where failure.sentence == recorder.failure {
            // It failed on the way, before the platform had its say.
            throw StepFailure("\(failure), so \(check.rawValue) could not be tried")
        }
        return Stamped((), at: .now())
    }

    private func attempt() async throws {
        switch check {
        case .openRelay: try await tryOpenRelay()
        case .forgedSender: try await tryForgedSender()
        case .unknownRecipient: try await tryUnknownRecipient()
        case .knownRecipient: try await tryKnownRecipient()
        case .wrongPassword: try await tryWrongPassword()
        case .plaintextAuth: try await tryPlaintextAuth()
        case .imapWrongPassword: try await tryWrongPasswordInIMAP()
        case .gtube: try await tryContent(.gtube, expected: task.outside?.gtube)
        case .eicar: try await tryContent(.eicar, expected: task.outside?.eicar)
        }
    }

    /// Says goodbye.
    func leave() async {
        await exchange?.leave()
        await visit?.leave()
    }

    // MARK: For its parts

    /// A server that is told who we are, and nothing more.
    func exchange(by route: ExchangeRoute?) async throws -> MailExchange {
        guard let route else { preconditionFailure("\(check) is tried only where its section is") }
        let exchange = MailExchange(route: route, setting: setting, recorder: recorder)
        self.exchange = exchange
        try await exchange.approach()
        return exchange
    }

    func mailbox(by route: MailboxRoute?) async throws -> MailboxVisit {
        guard let route else { preconditionFailure("\(check) is tried only where its section is") }
        let visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
        self.visit = visit
        try await visit.open()
        return visit
    }

    /// A server that does something else than it must; `consequence` says what that means, or what to do.
    func fault(_ deed: String, _ consequence: String) -> StepFailure {
        StepFailure("\(place) \(deed) during \(check.rawValue); \(consequence)")
    }

    /// The test itself could not be made.
    func obstacle(_ what: String, _ reply: SMTPReply, expected: String) -> StepFailure {
        StepFailure("\(place): \(what) was answered with \(MailExchange.printable(reply)) during \(check.rawValue), expected \(expected)")
    }
}

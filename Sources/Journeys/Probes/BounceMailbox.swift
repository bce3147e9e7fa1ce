import MailClient
import NIOCore
import PostwatchModel

/// The mailbox of a journey's sender, to which servers send back what they cannot deliver.
final class BounceMailbox: Sendable {
    /// How long one visit may take.
    private static let timeout = Duration.seconds(5)

    private let route: MailboxRoute
    private let account: MailAccount?
    private let setting: JourneySetting
    private let sweep: ProbeSweep

    /// Throws `TLSClient.UnusableRoots`.
    init(_ access: IMAPAccess, setting: JourneySetting, book: ProbeBook) throws {
        route = try MailboxRoute(access)
        account = access.account
        self.setting = setting
        sweep = ProbeSweep(of: setting, in: access.folder, folders: ProbeFolders(), takesReports: true, book: book)
    }

    /// Reads what servers report, and books it. A mailbox that cannot be read now has nothing to say: the message stays outstanding, and
    /// its own run tells what it waits for.
    func look(before deadline: NIODeadline) async {
        let remaining = Duration.nanoseconds((deadline - .now()).nanoseconds)
        guard let account, remaining > .milliseconds(500) else { return }
        let recorder = RunRecorder(timeout: min(Self.timeout, remaining - .milliseconds(400)))
        let visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
        do {
            let password = try account.password.read()
            try await visit.open()
            try await visit.login(account.username, password)
            if visit.capabilities == nil { try await visit.askCapabilities() }
            _ = try await visit.perform(.select(mailbox: route.access.folder), in: "select")
            try await sweep.readReports(at: visit)
        } catch {
            recorder.fail("\(error)")
        }
        await visit.leave()
    }
}

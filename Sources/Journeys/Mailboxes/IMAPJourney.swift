import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// Signs in to a mailbox, lists and opens folders, searches and reads the newest message without changing anything, and where that is
/// asked for also files, flags and is told of messages of its own. Without an account it greets a node, asks for its capabilities and leaves.
struct IMAPJourney: JourneyRunning {
    /// A search over a week is what a client asks for when it opens a folder, and its answer stays short.
    private static let searchedDays = 7
    /// What a client shows at once of a long message, in bytes.
    private static let readLimit = 262_144

    private let setting: JourneySetting
    private let route: MailboxRoute
    private let task: IMAPTask
    private let orphans: OrphanWatch

    init(setting: JourneySetting, route: MailboxRoute, task: IMAPTask) {
        self.setting = setting
        self.route = route
        self.task = task
        self.orphans = OrphanWatch()
    }

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        await setting.onEventLoop { await run(in: $0) }
    }

    // MARK: - Private

    private func run(in setting: JourneySetting) async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
        do {
            if let account = route.access.account {
                let password = try account.password.read()
                recorder.veil.hide(password, of: account.username)
                try await visit.open()
                if task.steps.contains(.capability) { try await visit.askCapabilities() }
                try await visit.login(account.username, password)
                let sentFolder = try await list(with: visit)
                let messageCount = try await openFolders(with: visit)
                try await read(with: visit, messageCount: messageCount, today: startedAt)
                if task.steps.contains(where: \.writes) {
                    let session = IMAPWriting.Session(visit: visit, account: account, password: password, sentFolder: sentFolder)
                    let writing = IMAPWriting(setting: setting, route: route, steps: task.steps, orphans: orphans, session)
                    try await writing.run()
                }
            } else {
                try await visit.open()
                try await visit.askCapabilities()
            }
            try await visit.logout()
        } catch {
            recorder.fail("\(error)")
        }
        await visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    /// Where sent messages lie.
    private func list(with visit: MailboxVisit) async throws -> String {
        var listings: [IMAPListing]?
        if task.steps.contains(.list) { listings = try await visit.perform(.list(reference: "", pattern: "%"), in: "list").listings }
        if let named = task.sentFolder { return named }
        guard task.steps.contains(.append) else { return MailboxVisit.usualSentFolder }
        return try await visit.sentFolder(among: listings)
    }

    /// Opens the folder, switches through the others and back. Returns how many messages it holds; `nil` when it was not opened.
    private func openFolders(with visit: MailboxVisit) async throws -> Int? {
        guard task.steps.contains(where: \.needsFolder) else { return nil }
        let folder = route.access.folder
        // Opened for reading alone unless the run means to write: a look must not take \Recent from other clients.
        let command: IMAPCommand = task.steps.contains(where: \.writes) ? .select(mailbox: folder) : .examine(mailbox: folder)
        var opened = try await visit.perform(command, in: "select")
        guard task.steps.contains(.switch), !task.folders.isEmpty else { return opened.messageCount }
        for other in task.folders {
            _ = try await visit.perform(.examine(mailbox: other), in: "switch", folder: other)
        }
        opened = try await visit.perform(command, in: "switch", folder: folder)
        return opened.messageCount
    }

    private func read(with visit: MailboxVisit, messageCount: Int?, today: Timestamp) async throws {
        if task.steps.contains(.search) {
            let since = MailDate(today - .seconds(86_400 * Self.searchedDays)).searchDay
            _ = try await visit.perform(.uidSearch([.since(since)]), in: "search")
        }
        // An empty folder has nothing to read: then there are no such steps.
        guard let messageCount, messageCount > 0 else { return }
        // By UID: somebody may delete a message at any moment, and a sequence number that has gone is an error.
        var newest: UID?
        if task.steps.contains(.fetch) {
            newest = try await visit.perform(.uidFetchNewest([.uid, .flags, .size, .header]), in: "fetch").fetched.last?.uid
        }
        if task.steps.contains(.body) {
            let items: [IMAPFetchItem] = [.uid, .text(limit: Self.readLimit)]
            _ = try await visit.perform(newest.map { .uidFetch([$0], items) } ?? .uidFetchNewest(items), in: "body")
        }
    }
}

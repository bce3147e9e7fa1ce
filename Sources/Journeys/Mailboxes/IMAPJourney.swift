import MailWire
import PostwatchModel
import PostwatchRuntime

/// Signs in to a mailbox, looks at its folder, searches and reads the newest message without changing anything.
/// Without an account it greets a node, asks for its capabilities and leaves.
struct IMAPJourney: JourneyRunning {
    /// A search over a week is what a client asks for when it opens a folder, and its answer stays short.
    private static let searchedDays = 7

    let setting: JourneySetting
    let route: MailboxRoute

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
        do {
            if let account = route.access.account {
                let password = try account.password.read()
                recorder.secret = password
                try await visit.open()
                try await visit.login(account.username, password)
                try await read(with: visit, today: startedAt)
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

    // MARK: - Private

    private func read(with visit: MailboxVisit, today: Timestamp) async throws {
        let folder = route.access.folder
        _ = try await visit.perform(.list(reference: "", pattern: folder), in: "list")
        let opened = try await visit.perform(.examine(mailbox: folder), in: "select")
        let since = MailDate(today - .seconds(86_400 * Self.searchedDays)).searchDay
        _ = try await visit.perform(.uidSearch([.since(since)]), in: "search")
        // An empty folder has nothing to read: then there is no such step.
        guard let count = opened.messageCount, count > 0 else { return }
        // By UID: somebody may delete a message at any moment, and a sequence number that has gone is an error.
        _ = try await visit.perform(.uidFetchNewest([.uid, .flags, .size, .header]), in: "fetch")
    }
}

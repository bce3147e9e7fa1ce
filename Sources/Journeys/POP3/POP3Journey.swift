import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// Signs in by POP3, lists, and reads the newest message that is not too large. Deletes nothing and always says QUIT.
struct POP3Journey: JourneyRunning {
    /// A larger message is left to those whose it is; its header is looked at all the same.
    private static let largestMessage = 1_048_576

    let setting: JourneySetting
    let access: POP3Access
    let tls: TLSClient?

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let visit = POP3Visit(access: access, tls: tls, setting: setting, recorder: recorder)
        do {
            let password = try access.account?.password.read()
            if let account = access.account, let password { recorder.veil.hide(password, of: account.username) }
            try await visit.open()
            if let account = access.account, let password {
                try await visit.login(account.username, password)
                try await read(with: visit)
            }
            try await visit.quit()
        } catch {
            recorder.fail("\(error)")
        }
        await visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    private func read(with visit: POP3Visit) async throws {
        _ = try await visit.perform(.status, in: "stat")
        let listing = try await visit.perform(.list, in: "list")
        let sizes = listing.words.compactMap { words -> (message: Int, size: Int)? in
            guard words.count >= 2, let message = Int(words[0]), let size = Int(words[1]), message > 0 else { return nil }
            return (message, size)
        }
        // An empty mailbox has nothing to read: then there are no such steps.
        guard let newest = sizes.last else { return }
        if visit.offers("TOP") { _ = try await visit.perform(.top(message: newest.message, lines: 0), in: "top") }
        guard let readable = sizes.last(where: { $0.size <= Self.largestMessage }) else { return }
        _ = try await visit.perform(.retrieve(message: readable.message), in: "retr")
    }
}

import MailClient
import PostwatchModel

/// Signs in to a mailbox as a journey would, and looks whether everything is there that it needs. Changes nothing.
struct AccountCheck {
    let setting: JourneySetting
    let need: AccountNeed

    /// Ends within the journey's timeout plus one second. The password is never in what it returns.
    func run() async -> AccountFinding {
        let recorder = setting.makeRecorder()
        var fault: String?
        do {
            let visit = MailboxVisit(route: try MailboxRoute(need.mailbox), setting: setting, recorder: recorder)
            do {
                let password = try need.account.password.read()
                recorder.veil.hide(password, of: need.account.username)
                try await visit.open()
                try await visit.login(need.account.username, password)
                fault = try await whatIsMissing(with: visit)
                try await visit.logout()
            } catch {
                recorder.fail("\(error)")
            }
            await visit.leave()
        } catch {
            recorder.fail("\(error)")
        }
        return AccountFinding(
            journey: setting.configuration.name, username: need.account.username, server: "\(need.mailbox.server)", purpose: need.purpose,
            fault: fault ?? recorder.failure)
    }

    // MARK: - Private

    private func whatIsMissing(with visit: MailboxVisit) async throws -> String? {
        let folder = need.mailbox.folder
        guard try await !visit.perform(.list(reference: "", pattern: folder), in: "list").listings.isEmpty else {
            return "there is no folder \(folder); create it, or name another one in folder"
        }
        // Also where messages are removed: opened for writing, the folder would lose its \Recent flags.
        _ = try await visit.perform(.examine(mailbox: folder), in: "select")
        guard need.removesMessages else { return nil }
        let capabilities = try await visit.perform(.capability, in: "capability").capabilities ?? []
        return capabilities.contains("UIDPLUS")
            ? nil : "the server does not offer UIDPLUS, without which a journey cannot remove its own messages alone"
    }
}

extension JourneyFactory {
    /// Checks every account that a journey signs in with.
    public func checkAccounts(of configuration: JourneyConfiguration) async -> [AccountFinding] {
        let setting = setting(of: configuration, labels: configuration.labels)
        var findings: [AccountFinding] = []
        for need in configuration.task.accounts { findings.append(await AccountCheck(setting: setting, need: need).run()) }
        return findings
    }
}

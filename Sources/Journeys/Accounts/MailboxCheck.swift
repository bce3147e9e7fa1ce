import MailClient
import MailWire
import PostwatchModel

/// Signs in to a mailbox and looks whether it has what a journey needs. Folders that the journey writes into are opened as it opens them, the
/// others for reading alone; nothing is put or removed.
struct MailboxCheck {
    private let use: AccountNeed.MailboxUse
    private let account: MailAccount
    private let visit: MailboxVisit

    /// Throws `TLSClient.UnusableRoots`.
    init(
        _ setting: JourneySetting, _ access: IMAPAccess, _ account: MailAccount, _ use: AccountNeed.MailboxUse, _ recorder: RunRecorder
    ) throws {
        self.use = use
        self.account = account
        visit = MailboxVisit(route: try MailboxRoute(access), setting: setting, recorder: recorder)
    }

    /// Throws the sentence about what is missing.
    func run() async throws {
        do {
            try await visit.open()
            try await visit.login(account.username, try account.password.read())
            try await look()
            try await visit.logout()
        } catch {
            await visit.leave()
            throw error
        }
    }

    // MARK: - Private

    private func look() async throws {
        var writes = use.writes
        switch use.sent {
        case .none: break
        case .named(let folder): writes.append(folder)
        case .marked: writes.append(try await visit.sentFolder())
        }
        for folder in use.reads where !writes.contains(folder) {
            try await find(folder)
            _ = try await visit.perform(.examine(mailbox: folder), in: "select", folder: folder)
        }
        for folder in writes {
            try await find(folder)
            try await checkWriting(into: folder)
        }
        guard use.needsUIDPLUS || use.needsIdle else { return }
        let capabilities = try await visit.knownCapabilities()
        if use.needsUIDPLUS, !capabilities.contains("UIDPLUS") {
            throw fault("the server does not offer UIDPLUS, without which a journey cannot remove its own messages alone")
        }
        if use.needsIdle, !capabilities.contains("IDLE") {
            throw fault("the server does not offer IDLE, which the step idle needs; leave idle out of steps")
        }
    }

    private func find(_ folder: String) async throws {
        guard try await visit.perform(.list(reference: "", pattern: folder), in: "list").listings.isEmpty else { return }
        throw fault("there is no folder \(folder); create it, or name another one")
    }

    private func checkWriting(into folder: String) async throws {
        let opened = try await visit.perform(.select(mailbox: folder), in: "select", folder: folder)
        guard opened.status.code != .readOnly else {
            throw fault("the account \(account.username) may read \(folder) and not write into it")
        }
        for case .status(let status) in opened.responses {
            guard case .permanentFlags(let flags) = status.code, !flags.contains(where: { $0.lowercased() == "\\deleted" }) else {
                continue
            }
            throw fault("the account \(account.username) may not remove messages from \(folder)")
        }
    }

    private func fault(_ sentence: String) -> StepFailure { StepFailure("\(visit.place): \(sentence)") }
}

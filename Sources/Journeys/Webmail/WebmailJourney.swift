import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// Does at a webmail what its script says, as a user would in a browser.
///
/// A message that is sent has the subject of a `WebProbe`, which nobody can make who has not the signing key, so that the script knows its
/// own messages, those of broken runs included, and deletes no others.
struct WebmailJourney: JourneyRunning {
    let setting: JourneySetting
    let access: WebmailAccess
    let route: HTTPRoute

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder(reserving: true)
        do {
            try await visit(recorder) { try await $0.perform() }
        } catch {
            recorder.fail("\(error)")
        }
        return setting.run(recorder, startedAt: startedAt)
    }

    /// Signs in and out again, and does nothing in between.
    func signIn(_ recorder: RunRecorder) async throws {
        try await visit(recorder) { script in
            try await script.signIn()
            await script.part()
        }
    }

    // MARK: - Private

    private func visit(_ recorder: RunRecorder, _ perform: (WebScriptRun) async throws -> Void) async throws {
        let visit = HTTPVisit(route: route, setting: setting, recorder: recorder, wire: WebmailTask.kind)
        defer { visit.leave() }
        let password = try access.account.password.read()
        recorder.veil.hide(password, of: access.account.username)
        let probe = WebProbe(setting)
        let script = WebScriptRun(
            access, values: values(probe, password), probe: probe, visit: visit, recorder: recorder, clock: setting.world.clock)
        try await visit.open(access.url)
        do {
            try await perform(script)
        } catch {
            await script.part()
            throw error
        }
    }

    private func values(_ probe: WebProbe, _ password: Secret) -> [String: String] {
        let username = access.account.username
        return [
            "url": access.url.description, "username": username, "password": password.reveal(), "to": access.recipient ?? "",
            "from": SMTPAccess.isAddress(username) ? username : access.recipient ?? "", "folder": access.folder,
            "mark": probe.family, "probe": probe.mark.id, "subject": probe.subject, "arrives": access.arrives ? "yes" : "",
        ]
    }
}

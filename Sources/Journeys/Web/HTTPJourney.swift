import MailWire
import PostwatchModel
import PostwatchRuntime

/// Asks a web server one question and looks at the answer.
///
/// Figures: `probe_http_status_code` of the last answer (0 when there was none), `probe_http_redirects`, and `probe_http_ssl`, 1 when that
/// answer came encrypted. Source of the names: Prometheus' blackbox_exporter.
struct HTTPJourney: JourneyRunning {
    let setting: JourneySetting
    let access: HTTPAccess
    let route: HTTPRoute

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        recorder.note("probe_http_status_code", 0)
        let visit = HTTPVisit(route: route, setting: setting, recorder: recorder)
        for name in Self.secretHeaders {
            for word in access.headers.values(of: name).flatMap(WireText.words) { recorder.veil.hide(Secret(word)) }
        }
        do {
            if let account = access.account {
                let password = try account.password.read()
                recorder.veil.hide(password, of: account.username)
                visit.signIn(account.username, password, at: access.url)
            }
            try await ask(with: visit, recorder)
        } catch {
            recorder.fail("\(error)")
        }
        visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    /// Headers whose words a server must not be quoted with.
    private static let secretHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-Auth-Token"]

    private func ask(with visit: HTTPVisit, _ recorder: RunRecorder) async throws {
        let request = HTTPRequest(access.method, access.url, fields: access.headers, body: access.body.map { Array($0.utf8) })
        let answer = try await visit.perform(request, followingRedirects: access.followsRedirects)
        recorder.note("probe_http_status_code", Double(answer.response.status))
        recorder.note("probe_http_redirects", Double(answer.redirects))
        recorder.note("probe_http_ssl", answer.url.isEncrypted ? 1 : 0)
        guard access.statuses.contains(where: { $0.codes.contains(answer.response.status) }) else {
            let expected = access.statuses.map(\.description).joined(separator: " or ")
            let complaint =
                if let account = access.account, answer.response.status == 401 {
                    "login refused for the account \(account.username): \(answer.response.statusLine)"
                } else {
                    "answered \(answer.response.statusLine)"
                }
            throw visit.refusal(answer.place, complaint, expected: expected)
        }
        let complaint = "answered \(answer.response.statusLine) with a page"
        let text = answer.response.text
        if let contained = access.contained, !text.contains(contained) {
            throw visit.refusal(answer.place, complaint, expected: "one that has \"\(contained)\" in it")
        }
        if let pattern = access.pattern, !pattern.matches(text) {
            throw visit.refusal(answer.place, complaint, expected: "one that matches \"\(pattern.source)\"")
        }
    }
}

import MailClient
import PostwatchModel
import PostwatchRuntime

/// Signs in by ManageSieve, puts a script that files the journey's own messages, and sees that it does. The script stays, so that runs
/// may overlap; an account in which another script is active is left as it is.
struct SieveJourney: JourneyRunning {
    let setting: JourneySetting
    let access: SieveAccess
    let tls: TLSClient?
    /// `nil`: nothing is sent.
    let filing: SieveFiling?

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let visit = SieveVisit(access: access, tls: tls, setting: setting, recorder: recorder)
        do {
            let password = try access.account.password.read()
            recorder.veil.hide(password, of: access.account.username)
            try await visit.open()
            try await visit.login(password)
            let script = SieveScript(journey: name, folder: access.folder)
            let isActive = try await visit.isActive(script)
            try await visit.put(script.content, isActive: isActive)
            try await visit.logout()
            try await filing?.run(recorder, startedAt: startedAt)
        } catch {
            recorder.fail("\(error)")
        }
        await visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }
}

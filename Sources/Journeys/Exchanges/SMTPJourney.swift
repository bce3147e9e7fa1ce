import PostwatchModel
import PostwatchRuntime

/// Greets a server that takes mail, sees what it offers, encrypts when asked to, and leaves.
struct SMTPJourney: JourneyRunning {
    let setting: JourneySetting
    let route: ExchangeRoute

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let exchange = MailExchange(route: route, setting: setting, recorder: recorder)
        do {
            try await exchange.open()
            try await exchange.quit()
        } catch {
            recorder.fail("\(error)")
        }
        await exchange.leave()
        return setting.run(recorder, startedAt: startedAt)
    }
}

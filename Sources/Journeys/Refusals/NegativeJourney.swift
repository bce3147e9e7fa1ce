import MailClient
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Tries what must not work, one thing after the other, whatever becomes of the others. What works all the same fails the run.
struct NegativeJourney: JourneyRunning {
    let setting: JourneySetting
    let task: NegativeTask
    let routes: NegativeRoutes

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let checks = task.checks
        for (index, check) in checks.enumerated() {
            let attempt = NegativeAttempt(
                check, setting: setting, task: task, routes: routes, timeout: share(of: recorder, among: checks.count - index))
            let context = StepContext(wire: "negative", phase: check.rawValue, place: attempt.place, awaited: "the refusal")
            var isRefused = true
            do throws(StepFailure) {
                try await recorder.step(context) { try await attempt.run() }
            } catch {
                isRefused = false
            }
            await attempt.leave()
            recorder.note(certificateExpiry: attempt.recorder.earliestCertificateExpiry)
            recorder.note("probe_negative_success", isRefused ? 1 : 0, ["check": check.rawValue])
        }
        recorder.tellAllFailures()
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    /// What hangs must leave the others their time.
    private func share(of recorder: RunRecorder, among count: Int) -> Duration {
        let left = max((recorder.deadline - .now()).nanoseconds, 0) / Int64(count)
        return .milliseconds(max(left / 1_000_000, 1))
    }
}

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
                check, setting: setting, task: task, routes: routes,
                recorder: RunRecorder(timeout: share(of: check, before: checks[(index + 1)...], recorder), veil: recorder.veil))
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
    private func share(of check: NegativeCheck, before others: some Collection<NegativeCheck>, _ recorder: RunRecorder) -> Duration {
        let left = Duration.nanoseconds(max((recorder.deadline - .now()).nanoseconds, 0))
        return max(task.share(of: check, before: others, left: left), .milliseconds(1))
    }
}

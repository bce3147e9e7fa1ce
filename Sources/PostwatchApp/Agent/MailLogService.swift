import Collectors
import PostwatchRuntime
import ServiceLifecycle

/// Reads the mail logs on between the rounds of the collectors, and saves what is known of them at the end.
struct MailLogService: Service {
    let mailLogs: MailLogWatch

    func run() async throws {
        try await runUntilShutdown { try await mailLogs.run() }
        await mailLogs.finish()
    }
}

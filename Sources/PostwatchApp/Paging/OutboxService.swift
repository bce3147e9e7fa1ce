import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Carries pages from the outbox to their receivers, and repeats until each was taken.
struct OutboxService: Service {
    let incidents: any IncidentStoring
    let notifier: any Notifying
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// How often the outbox is looked at.
    private static let interval: Duration = .seconds(1)

    func run() async throws {
        // Only the wait is cut short: a receiver that has taken a page must not get it again after a restart.
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            await deliverDue()
            try? await cancelWhenGracefulShutdown { try await world.clock.sleep(for: Self.interval) }
        }
    }

    /// Tries every page that is due once. A page of an incident waits for the earlier ones to the same receiver, so that nobody
    /// hears of an end before the beginning.
    func deliverDue() async {
        do {
            var held: Set<String> = []
            for entry in try await incidents.outbox() {
                let lane = "\(entry.page.incident.number) \(entry.page.receiver)"
                guard !held.contains(lane) else { continue }
                if Task.isShuttingDownGracefully { return }
                let isDelivered = try await deliver(entry)
                if !isDelivered { held.insert(lane) }
            }
        } catch {
            telemetry.report(OutboxUnreadable(reason: "\(error)"), to: logger)
        }
    }

    // MARK: - Private

    private func deliver(_ entry: OutboxEntry) async throws -> Bool {
        guard entry.nextAttemptAt <= world.now() else { return false }
        do {
            try await notifier.deliver(entry.page)
            try await incidents.markDelivered(pageID: entry.page.id, at: world.now())
            telemetry.report(PageDelivered(page: entry.page.id), to: logger)
            return true
        } catch let failure as DeliveryFailure {
            let next = world.now() + Self.wait(afterAttempt: entry.attempts + 1, of: failure)
            try await incidents.markFailed(pageID: entry.page.id, failure: failure.description, nextAttemptAt: next)
            telemetry.report(PageNotDelivered(page: entry.page.id, reason: failure.description), to: logger)
            return false
        }
    }

    /// 1 s, 2 s, 4 s … up to a minute; five minutes when only an operator can help.
    static func wait(afterAttempt attempt: Int, of failure: DeliveryFailure) -> Duration {
        guard failure.isTransient else { return .seconds(300) }
        return .seconds(min(60, 1 << min(attempt - 1, 6)))
    }
}

import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

extension SeriesStore: Service {
    /// Looks this often whether a flush is due, so that a journal that grows fast is flushed early.
    private static let beat = Duration.seconds(10)

    /// Flushes and deletes on time until the service is shut down, then flushes once more. Never throws: a failure is logged, shown in
    /// `status()` and tried again.
    public func run() async throws {
        var nextFlush = world.now() + configuration.flushInterval
        await maintain(flushing: false)
        while await sleep(for: min(Self.beat, configuration.flushInterval)) {
            let isDue = world.now() >= nextFlush || journalBytes > Self.journalBytesBeforeFlush
            guard isDue else { continue }
            await maintain(flushing: true)
            nextFlush = world.now() + configuration.flushInterval
        }
        await maintain(flushing: true)
    }

    // MARK: - Private

    /// False once the service is to end.
    private func sleep(for duration: Duration) async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await self.world.clock.sleep(for: duration) }
            return !Task.isShuttingDownGracefully && !Task.isCancelled
        } catch {
            return false
        }
    }

    private func maintain(flushing: Bool) async {
        do {
            if flushing { try await flush() }
            try await removeExpiredDays()
        } catch {
            logger.error("The series store could not be flushed; it is tried again", metadata: ["reason": "\(error)"])
        }
    }
}

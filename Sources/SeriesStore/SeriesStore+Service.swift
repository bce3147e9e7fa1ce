import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

extension SeriesStore: Service {
    /// Looks this often whether a flush is due, so that a journal that grows fast is flushed early.
    private static let beat = Duration.seconds(10)
    /// With `sync: interval`, what a power cut may lose.
    private static let syncInterval = Duration.seconds(1)

    /// Flushes, merges and deletes on time until the service is shut down, then flushes once more. Never throws: a failure is logged,
    /// shown in `status()` and tried again.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            if configuration.sync == .interval { group.addTask { await self.syncOnTime() } }
            group.addTask { await self.maintainOnTime() }
        }
    }

    // MARK: - Private

    private func maintainOnTime() async {
        var nextFlush = world.now() + configuration.flushInterval
        await maintain(flushing: false)
        while await sleep(for: min(Self.beat, configuration.flushInterval)) {
            let isDue = world.now() >= nextFlush || journal.bytes > Self.journalBytesBeforeFlush
            guard isDue else {
                await upkeep.forgetOldIfDue(now: world.now(), memoryWindow: configuration.memoryWindow)
                await sumUpInParts()
                continue
            }
            await maintain(flushing: true)
            nextFlush = world.now() + configuration.flushInterval
        }
        await attempt("The series store could not be flushed at its end; the journal keeps what is pending") { try await self.flush() }
    }

    private func syncOnTime() async {
        while await sleep(for: Self.syncInterval) {
            await attempt("The journal could not be synced; it is tried again") { try await self.journal.sync() }
        }
    }

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
        // Each for itself: on a full disk only what deletes can help.
        await attempt("Expired files could not be deleted; it is tried again") { try await self.removeExpired() }
        if flushing {
            await attempt("The series store could not be flushed; it is tried again") { try await self.flush() }
        }
        await attempt("Day files could not be merged; it is tried again") { try await self.merge() }
        await sumUpInParts()
    }

    private func sumUpInParts() async {
        await attempt("A day could not be summed up; it is tried again") { try await self.sumUp() }
    }

    private func attempt(_ complaint: StaticString, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            logger.error("\(complaint)", metadata: ["reason": "\(error)"])
        }
    }
}

import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// All logs that an agent follows. Between the rounds of its collectors `run()` reads on, so that a burst is read when a round comes and
/// a rotation is not missed.
public final class MailLogWatch: Sendable {
    /// Time between two looks at a log.
    static let interval: Duration = .seconds(1)
    /// A look reads so much at most: a backlog of a day may not take the machine from what it is there for.
    static let bytesPerLook = 64 << 20
    /// So many looks later the state is saved.
    static let looksPerSave = 10
    /// At the end the states have so long to be saved: a disk that hangs may not keep the agent from ending.
    static let patience: Duration = .seconds(5)

    /// One log, and the threads for its calls.
    private struct Followed {
        let follower: MailLogFollower
        let threads: NIOThreadPool
    }

    /// Who is told of probe messages.
    private struct Reports {
        let node: String
        let pass: @Sendable (Transit) async -> Void
    }

    private let logs: [Followed]
    private let world: World
    private let reports: Reports?

    /// Restores what is known of each log. Blocks while it reads that.
    /// - Parameters:
    ///   - dataDirectory: where the state of each log lies; made when it is not there. `nil`: nothing is restored or saved.
    ///   - isSaving: Whether the state may be changed; otherwise it is only read. Default: it may.
    ///   - node: the node that is measured, where logs do not name hosts themselves.
    ///   - pass: takes what the logs say of probe messages while `run()` reads; `nil`: nobody wants to know.
    ///   - tell: what a person may want to know, with the path of the log.
    public init(
        _ logs: [MailLogSettings], dataDirectory: String?, isSaving: Bool = true, world: World, node: String = "",
        pass: (@Sendable (Transit) async -> Void)? = nil, tell: @escaping @Sendable (_ log: String, MailLogNotice) -> Void
    ) {
        self.logs = logs.map { settings in
            let follower = MailLogFollower(
                settings, stateFile: dataDirectory.map { MailLogStateFile(ofLog: settings.place, in: $0) }, isSaving: isSaving,
                at: world.now(), tell: { tell(settings.place, $0) })
            // A disk may hang for good, and somebody may wait for lines; a round of the collectors waits for neither. A journal asks for
            // a thread of its own.
            let threads = NIOThreadPool(numberOfThreads: settings.isJournal ? 1 : 2)
            threads.start()
            return Followed(follower: follower, threads: threads)
        }
        self.world = world
        reports = pass.map { Reports(node: node, pass: $0) }
    }

    /// One for each log.
    var collectors: [any Collecting] {
        logs.map { log in
            let name = logs.count == 1 ? "mail_logs" : "mail_logs:\(log.follower.settings.place)"
            return OffloadedCollector(collector: MailLogCollector(name: name, follower: log.follower), threads: log.threads)
        }
    }

    /// The log of that path, or of another place such as `journal`; without one the only log, if there is just one.
    func follower(of place: String?) -> MailLogFollower? {
        if let place { return logs.first { $0.follower.settings.place == place }?.follower }
        return logs.count == 1 ? logs.first?.follower : nil
    }

    /// Reads on until it is cancelled, then throws `CancellationError`. A log that cannot be read is told by its collector.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Without any log there is nobody else who waits for the end.
            group.addTask { while true { try await self.world.clock.sleep(for: .seconds(3600)) } }
            for log in logs {
                group.addTask { try await self.follow(log) }
                if let arrivals = log.follower.arrivals { group.addTask { try await self.listen(to: arrivals, of: log) } }
            }
            try await group.waitForAll()
        }
    }

    /// Saves what is known of each log and lets go of the threads. Does not wait for a disk that hangs longer than `patience`.
    public func finish() async {
        let (saved, hasSaved) = AsyncStream.makeStream(of: Void.self)
        for log in logs {
            log.threads.submit { state in
                if case .active = state { log.follower.save() }
                hasSaved.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [logs] in
                var left = logs.count
                guard left > 0 else { return }
                for await _ in saved {
                    left -= 1
                    if left == 0 { return }
                }
            }
            group.addTask { [world] in try? await world.clock.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
        stop()
    }

    /// Lets go of the logs and of the threads, each as soon as its thread is free; what was not saved is read again the next time.
    public func stop() {
        for log in logs {
            log.follower.arrivals?.stop()
            // On its own thread, as a journal wants it, and the threads only then: what waits for them when they end never runs there.
            log.threads.submit { _ in
                log.follower.close()
                log.threads.shutdownGracefully { _ in }
            }
        }
    }

    // MARK: - Private

    private func follow(_ log: Followed) async throws {
        var looks = 0
        while true {
            _ = try await look(log)
            try await passOn(log)
            looks += 1
            if looks % Self.looksPerSave == 0 { try await log.threads.runIfActive { log.follower.save() } }
            try await world.clock.sleep(for: Self.interval)
        }
    }

    private func passOn(_ log: Followed) async throws {
        guard let reports else { return }
        for transit in try await log.threads.runIfActive({ log.follower.takeTransits(on: reports.node) }) { await reports.pass(transit) }
    }

    /// Looks as soon as there is something to read.
    private func listen(to arrivals: SyslogArrivals, of log: Followed) async throws {
        while true {
            try await withTaskCancellationHandler {
                try await log.threads.runIfActive { arrivals.wait(upTo: Self.interval) }
            } onCancel: {
                arrivals.stop()
            }
            // What is there and cannot be read would be there again at once.
            if try await look(log) == .failed { try await world.clock.sleep(for: Self.interval) }
        }
    }

    private enum Look: Hashable {
        case done, failed
    }

    /// Each chunk is a turn of its own, so that a round of the collectors need not wait for the whole backlog.
    private func look(_ log: Followed) async throws -> Look {
        var left = Self.bytesPerLook
        while left > 0 {
            try Task.checkCancellation()
            let moment = world.now()
            let progress = try await log.threads.runIfActive { try? log.follower.advance(at: moment) }
            switch progress {
            case .took(let bytes): left -= bytes
            // At least a little, so that files that keep moving cannot hold it here.
            case .moved: left -= 4096
            case .waits, .isMissing: return .done
            case nil: return .failed
            }
        }
        return .done
    }
}

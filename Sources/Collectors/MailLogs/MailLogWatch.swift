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

    private let followers: [MailLogFollower]
    private let world: World
    /// A disk may hang for good; then a look and a round of each log wait for it.
    private let threads: NIOThreadPool

    /// Restores what is known of each log. Blocks while it reads that.
    /// - Parameters:
    ///   - dataDirectory: where the state of each log lies; made when it is not there. `nil`: nothing is restored or saved.
    ///   - isSaving: Whether the state may be changed; otherwise it is only read. Default: it may.
    ///   - tell: what a person may want to know, with the path of the log.
    public init(
        _ logs: [MailLogSettings], dataDirectory: String?, isSaving: Bool = true, world: World,
        tell: @escaping @Sendable (_ log: String, MailLogNotice) -> Void
    ) {
        followers = logs.map { settings in
            MailLogFollower(
                settings, stateFile: dataDirectory.map { MailLogStateFile(ofLog: settings.path, in: $0) }, isSaving: isSaving,
                at: world.now(), tell: { tell(settings.path, $0) })
        }
        self.world = world
        threads = NIOThreadPool(numberOfThreads: max(1, 2 * logs.count))
        threads.start()
    }

    /// One for each log.
    var collectors: [any Collecting] {
        followers.map { follower in
            let name = followers.count == 1 ? "mail_logs" : "mail_logs:\(follower.settings.path)"
            return OffloadedCollector(collector: MailLogCollector(name: name, follower: follower), threads: threads)
        }
    }

    /// The log of that path; without a path the only one, if there is just one.
    func follower(of path: String?) -> MailLogFollower? {
        if let path { return followers.first { $0.settings.path == path } }
        return followers.count == 1 ? followers.first : nil
    }

    /// Reads on until it is cancelled, then throws `CancellationError`. A log that cannot be read is told by its collector.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Without any log there is nobody else who waits for the end.
            group.addTask { while true { try await self.world.clock.sleep(for: .seconds(3600)) } }
            for follower in followers {
                group.addTask { try await self.follow(follower) }
            }
            try await group.waitForAll()
        }
    }

    /// Saves what is known of each log and lets go of the threads. Does not wait for a disk that hangs to let go of a thread.
    public func finish() async {
        for follower in followers { try? await threads.runIfActive { follower.save() } }
        stop()
    }

    /// Lets go of the threads; what was not saved is read again the next time.
    public func stop() {
        threads.shutdownGracefully { _ in }
    }

    // MARK: - Private

    private func follow(_ follower: MailLogFollower) async throws {
        var looks = 0
        while true {
            try await look(follower)
            looks += 1
            if looks % Self.looksPerSave == 0 { try await threads.runIfActive { follower.save() } }
            try await world.clock.sleep(for: Self.interval)
        }
    }

    /// Each chunk is a turn of its own, so that a round of the collectors need not wait for the whole backlog.
    private func look(_ follower: MailLogFollower) async throws {
        var left = Self.bytesPerLook
        while left > 0 {
            try Task.checkCancellation()
            let moment = world.now()
            let progress = try await threads.runIfActive { try? follower.advance(at: moment) }
            switch progress {
            case .took(let bytes): left -= bytes
            // At least a little, so that files that keep moving cannot hold it here.
            case .moved: left -= 4096
            case .waits, .isMissing, nil: return
            }
        }
    }
}

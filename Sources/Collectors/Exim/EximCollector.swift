import Glibc
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// How deep and how old the queue of one Exim is and whom it waits for, from its spool, and what its processes do; under exim_exporter's
/// names where it has them. Exim itself is not asked: it would take a process for each message.
final class EximCollector: BlockingCollecting {
    let name: String
    private let settings: EximSettings
    private let timeout: Duration
    private let clock: any Clock<Duration>
    private let files: HostFiles
    /// What earlier rounds have read.
    private let memory = Mutex(EximQueueMemory())
    /// How often there was no time for every message, since the agent started.
    private let readTimeouts = Mutex(0)
    /// What the last round found of the daemon.
    private let trouble = Mutex<Trouble?>(nil)

    init(name: String, settings: EximSettings, timeout: Duration, clock: any Clock<Duration>, files: HostFiles = HostFiles()) {
        self.name = name
        self.settings = settings
        self.timeout = timeout
        self.clock = clock
        self.files = files
    }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let processes = EximProcesses(files, spoolDirectory: settings.spoolDirectory)
        // Where other processes are hidden from this one nothing is known of a daemon.
        let trouble: Trouble? =
            processes.isSuspended
            ? .suspended : settings.needsDaemon && processes.counts.map { $0[.daemon, default: 0] == 0 } ?? false ? .missing : nil
        let isUp = trouble == nil
        self.trouble.withLock { $0 = trouble }
        let summary: EximQueueSummary
        let spool = EximSpool(
            directory: settings.spoolDirectory, elapsed: clock.stopwatch(), readingTime: min(Self.readingTime, timeout * 3 / 4),
            timeout: timeout)
        do throws(CollectionFailure) {
            summary = try memory.withLock { memory throws(CollectionFailure) in
                var summary = EximQueueSummary(at: moment)
                try spool.add(to: &summary, knowing: &memory)
                return summary
            }
        } catch {
            if case .timedOut = error { noteTimeout() }
            throw error
        }
        if summary.unread > 0 { noteTimeout() }
        return ([up(isUp), timeouts] + summary.measurements + processes.measurements).map { $0.labelled(settings.labels) }
    }

    /// A queue that cannot be read has no depth that is known; 0 would be a lie.
    func measurements(after failure: CollectionFailure) -> [Measurement] {
        [up(false), timeouts].map { $0.labelled(settings.labels) }
    }

    /// The queue is measured without a daemon too: that there is none is no failure of the collector.
    var findings: [String] {
        switch trouble.withLock({ $0 }) {
        case .missing:
            ["no daemon of Exim works in \(settings.spoolDirectory): start it, or write daemon: false where inetd or cron runs Exim"]
        case .suspended:
            [
                "the daemon of Exim in \(settings.spoolDirectory) is suspended: it takes connections and never greets; "
                    + "let it go on (kill -CONT), or restart it"
            ]
        case nil: []
        }
    }

    // MARK: - Private

    private enum Trouble {
        case missing
        case suspended
    }

    /// Enough for about 25,000 messages, at 7 µs of a processor for each. What is more is only counted, by its names, at 1 µs, and read in
    /// later rounds: an agent shall not be a load of its own when the queue is long.
    private static let readingTime = Duration.milliseconds(200)

    private func up(_ isUp: Bool) -> Measurement {
        Measurement(
            "exim_up", .gauge, help: "Whether Exim's queue can be read and its daemon runs, not suspended (1), or not (0).",
            points: [Measurement.Point(labels: ["path": settings.spoolDirectory], value: isUp ? 1 : 0)])
    }

    private var timeouts: Measurement {
        Measurement(
            "exim_queue_read_timeout_errors_total", .counter,
            help: "Rounds without time for every message: what is in those that are left is not counted.",
            value: Double(readTimeouts.withLock { $0 }))
    }

    private func noteTimeout() {
        readTimeouts.withLock { $0 += 1 }
    }
}

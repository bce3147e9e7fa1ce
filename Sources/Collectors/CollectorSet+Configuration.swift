import NIOPosix
import PostwatchModel
import PostwatchRuntime

extension CollectorSet {
    /// The collectors that a configuration asks for, on threads of their own, which `stop()` lets go.
    /// - Parameters:
    ///   - mailLogs: the logs of the configuration, which belong to whoever runs them; `nil`: they are not measured.
    ///   - root: `/`, or a directory with a tree of `proc/…` for tests.
    public convenience init(_ configuration: CollectorsConfiguration, mailLogs: MailLogWatch? = nil, world: World, root: String = "/") {
        let files = HostFiles(root: root)
        let postfix = Self.postfix(configuration, mailLogs: mailLogs, files: files, world: world)
        // The kernel's own files never hang, so one thread reads them one after the other: a dozen threads at once would measure
        // themselves, in node_procs_running.
        let reader = NIOThreadPool(numberOfThreads: 1)
        // A file system or a service may hang for good, so each has a thread of its own.
        let waiters = NIOThreadPool(numberOfThreads: 2 + postfix.count + configuration.services.count)
        var collectors: [any Collecting] = []
        if let host = configuration.host {
            collectors += Self.kernel(files).map { OffloadedCollector(collector: $0, threads: reader) }
            collectors.append(
                OffloadedCollector(collector: FilesystemCollector(files: files, mountPoints: host.mountPoints), threads: waiters))
            collectors.append(TimeCollector())
        }
        if !configuration.processes.isEmpty {
            // Thousands of processes take a while, which should not count against the collectors that wait for their turn.
            collectors.append(
                OffloadedCollector(collector: ProcessCollector(groups: configuration.processes, files: files), threads: waiters))
        }
        collectors += postfix.map { OffloadedCollector(collector: $0, threads: waiters) }
        collectors += mailLogs?.collectors ?? []
        let surroundings = ServiceSurroundings(timeout: Self.patience(configuration), world: world, threads: waiters)
        collectors += Self.services(configuration.services, in: surroundings)
        for pool in [reader, waiters] { pool.start() }
        self.init(collectors, world: world, deadline: configuration.timeout, threads: [reader, waiters])
    }

    // MARK: - Private

    private static func kernel(_ files: HostFiles) -> [any BlockingCollecting] {
        [
            CPUCollector(files: files),
            LoadCollector(files: files),
            MemoryCollector(files: files),
            NetworkCollector(files: files),
            DiskCollector(files: files),
            KernelCollector(files: files),
            FileDescriptorCollector(files: files),
            VirtualMemoryCollector(files: files),
            PressureCollector(files: files),
            ProtocolCollector(files: files),
            SocketCollector(files: files),
            ConnectionTrackingCollector(files: files),
            ClockCollector(),
            SystemNameCollector(),
        ]
    }

    private static func services(_ services: [any ServiceSettings], in surroundings: ServiceSurroundings) -> [any Collecting] {
        services.map { settings in
            let kind = type(of: settings).kind
            let isOnly = services.count { type(of: $0).kind == kind } == 1
            return settings.collector(named: isOnly ? kind : "\(kind):\(settings.place)", in: surroundings)
        }
    }

    /// Below the deadline of the round, so that a service that hangs is told by its collector, which knows what it waited for.
    private static func patience(_ configuration: CollectorsConfiguration) -> Duration {
        configuration.timeout * 9 / 10
    }

    private static func postfix(
        _ configuration: CollectorsConfiguration, mailLogs: MailLogWatch?, files: HostFiles, world: World
    ) -> [any BlockingCollecting] {
        configuration.postfix.flatMap { settings -> [any BlockingCollecting] in
            let place = configuration.postfix.count == 1 ? "" : ":\(settings.queueDirectory)"
            return [
                PostfixQueueCollector(
                    name: "postfix" + place, settings: settings, log: mailLogs?.follower(of: settings.mailLog),
                    timeout: patience(configuration), world: world),
                PostfixProcessCollector(name: "postfix_processes" + place, settings: settings, files: files),
            ]
        }
    }
}

import NIOPosix
import PostwatchModel
import PostwatchRuntime

extension CollectorSet {
    /// The collectors that a configuration asks for, on threads of their own, which `stop()` lets go.
    /// - Parameter root: `/`, or a directory with a tree of `proc/…` for tests.
    public convenience init(_ configuration: CollectorsConfiguration, world: World, root: String = "/") {
        let files = HostFiles(root: root)
        let postfix = Self.postfix(configuration, world: world)
        // The kernel's own files never hang, so one thread reads them one after the other: a dozen threads at once would measure
        // themselves, in node_procs_running.
        let reader = NIOThreadPool(numberOfThreads: 1)
        // A file system or a Postfix may hang for good, so each has a thread of its own.
        let waiters = NIOThreadPool(numberOfThreads: 1 + postfix.count)
        var collectors: [any Collecting] = []
        if let host = configuration.host {
            collectors += Self.kernel(files).map { OffloadedCollector(collector: $0, threads: reader) }
            collectors.append(
                OffloadedCollector(collector: FilesystemCollector(files: files, mountPoints: host.mountPoints), threads: waiters))
            collectors.append(TimeCollector())
        }
        collectors += postfix.map { OffloadedCollector(collector: $0, threads: waiters) }
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
            SystemNameCollector(),
        ]
    }

    private static func postfix(_ configuration: CollectorsConfiguration, world: World) -> [any BlockingCollecting] {
        configuration.postfix.map { instance in
            PostfixQueueCollector(
                name: configuration.postfix.count == 1 ? "postfix" : "postfix:\(instance.queueDirectory)",
                socketPath: instance.socketPath, labels: instance.labels,
                // Below the deadline of the round, so that a hanging Postfix is told by the collector, which knows what it waited for.
                timeout: configuration.timeout * 9 / 10, world: world)
        }
    }
}

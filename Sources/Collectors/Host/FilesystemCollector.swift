import Glibc
import PostwatchModel

/// How full the mounted file systems are, in bytes and in files.
struct FilesystemCollector: BlockingCollecting {
    let name = "filesystem"
    let files: HostFiles
    /// Only these; empty: all that are not pseudo file systems. One that is named here counts whatever its type.
    let mountPoints: [String]

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var sizes = Points()
        for mount in try mounts() { sizes.add(mount, status(of: mount)) }
        return sizes.measurements
    }

    // MARK: - Private

    private func mounts() throws(CollectionFailure) -> [Mount] {
        // Those of process 1 are the machine's; in a container or a private mount namespace this process may see others.
        let source = access(files.path("proc/1/mounts"), R_OK) == 0 ? "proc/1/mounts" : "proc/self/mounts"
        var seen: Set<[String]> = []
        var mounts: [Mount] = []
        for line in try files.text(source).split(separator: "\n") {
            guard let mount = Mount(line: line) else { throw files.malformed(source, found: line) }
            let isWanted = mountPoints.isEmpty ? !mount.isPseudo : mountPoints.contains(mount.mountPoint)
            if isWanted, seen.insert([mount.device, mount.mountPoint, mount.type]).inserted { mounts.append(mount) }
        }
        return mounts
    }

    /// `nil` when the file system does not answer, as a network file system whose server refuses.
    private func status(of mount: Mount) -> statvfs? {
        var status = statvfs()
        return statvfs(files.root + mount.mountPoint.dropFirst(), &status) == 0 ? status : nil
    }

    private struct Points {
        private var size: [Measurement.Point] = []
        private var free: [Measurement.Point] = []
        private var available: [Measurement.Point] = []
        private var files: [Measurement.Point] = []
        private var filesFree: [Measurement.Point] = []
        private var readOnly: [Measurement.Point] = []
        private var deviceError: [Measurement.Point] = []

        mutating func add(_ mount: Mount, _ status: statvfs?) {
            let labels: LabelSet = ["device": mount.device, "fstype": mount.type, "mountpoint": mount.mountPoint]
            deviceError.append(Measurement.Point(labels: labels, value: status == nil ? 1 : 0))
            guard let status else { return }
            let block = Double(status.f_frsize)
            size.append(Measurement.Point(labels: labels, value: Double(status.f_blocks) * block))
            free.append(Measurement.Point(labels: labels, value: Double(status.f_bfree) * block))
            available.append(Measurement.Point(labels: labels, value: Double(status.f_bavail) * block))
            files.append(Measurement.Point(labels: labels, value: Double(status.f_files)))
            filesFree.append(Measurement.Point(labels: labels, value: Double(status.f_ffree)))
            readOnly.append(Measurement.Point(labels: labels, value: mount.isReadOnly ? 1 : 0))
        }

        var measurements: [Measurement] {
            [
                Measurement("node_filesystem_size_bytes", .gauge, help: "Size of the file system.", points: size),
                Measurement("node_filesystem_free_bytes", .gauge, help: "Free space, that of root included.", points: free),
                Measurement("node_filesystem_avail_bytes", .gauge, help: "Free space for users other than root.", points: available),
                Measurement("node_filesystem_files", .gauge, help: "Files (inodes) that the file system can hold.", points: files),
                Measurement("node_filesystem_files_free", .gauge, help: "Files (inodes) that are free.", points: filesFree),
                Measurement("node_filesystem_readonly", .gauge, help: "Whether it is mounted read-only (1).", points: readOnly),
                Measurement(
                    "node_filesystem_device_error", .gauge, help: "Whether the file system failed to tell its size (1).",
                    points: deviceError),
            ]
        }
    }
}

import PostwatchModel

/// What disks did, from `/proc/diskstats`. Whole disks only: partitions, loop and memory devices would count the same work twice.
/// Source: Linux, Documentation/admin-guide/iostats.rst.
struct DiskCollector: BlockingCollecting {
    let name = "diskstats"
    let files: HostFiles

    private struct Column {
        /// Position behind the device's name.
        let index: Int
        let metric: String
        let kind: Measurement.Kind
        let factor: Double
        let help: String
    }

    /// The kernel counts in sectors of 512 bytes whatever the disk's own are, and in milliseconds.
    private static let columns = [
        Column(index: 0, metric: "reads_completed_total", kind: .counter, factor: 1, help: "Reads that were completed."),
        Column(index: 2, metric: "read_bytes_total", kind: .counter, factor: 512, help: "Bytes that were read."),
        Column(index: 3, metric: "read_time_seconds_total", kind: .counter, factor: 0.001, help: "Seconds spent by all reads."),
        Column(index: 4, metric: "writes_completed_total", kind: .counter, factor: 1, help: "Writes that were completed."),
        Column(index: 6, metric: "written_bytes_total", kind: .counter, factor: 512, help: "Bytes that were written."),
        Column(index: 7, metric: "write_time_seconds_total", kind: .counter, factor: 0.001, help: "Seconds spent by all writes."),
        Column(index: 8, metric: "io_now", kind: .gauge, factor: 1, help: "Reads and writes under way."),
        Column(index: 9, metric: "io_time_seconds_total", kind: .counter, factor: 0.001, help: "Seconds in which the disk was busy."),
        Column(
            index: 10, metric: "io_time_weighted_seconds_total", kind: .counter, factor: 0.001,
            help: "Seconds in which the disk was busy, times the reads and writes under way."),
    ]

    /// Partitions of SCSI, IDE, virtio, Xen and NVMe disks; loop, floppy and memory devices.
    private static let partOrPseudo = try? AnchoredPattern("((z?ram|loop|fd|(h|s|v|xv)d[a-z]+)[0-9]+|nvme[0-9]+n[0-9]+p[0-9]+)")

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/diskstats"
        var points = [[Measurement.Point]](repeating: [], count: Self.columns.count)
        for line in try files.fields(source) {
            let numbers = line.dropFirst(3).compactMap { Double($0) }
            guard line.count > 3, numbers.count >= 11 else { throw files.malformed(source, found: line.joined(separator: " ")) }
            let device = String(line[2])
            if Self.partOrPseudo?.matches(device) == true { continue }
            for (position, column) in Self.columns.enumerated() {
                points[position].append(
                    Measurement.Point(labels: ["device": device], value: numbers[column.index] * column.factor))
            }
        }
        return zip(Self.columns, points).map { column, points in
            Measurement("node_disk_\(column.metric)", column.kind, help: column.help, points: points)
        }
    }
}

import PostwatchModel

/// Paging, swapping and processes killed for want of memory, from `/proc/vmstat`. Source: proc(5).
struct VirtualMemoryCollector: BlockingCollecting {
    let name = "vmstat"
    let files: HostFiles

    private static let help = [
        "oom_kill": "Processes that were killed because memory ran out.",
        "pgfault": "Page faults.",
        "pgmajfault": "Page faults that had to read from a disk.",
        "pgpgin": "KiB that were paged in.",
        "pgpgout": "KiB that were paged out.",
        "pswpin": "Pages that came back from swap.",
        "pswpout": "Pages that went to swap.",
    ]

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/vmstat"
        var measurements: [Measurement] = []
        for line in try files.fields(source) {
            guard let help = Self.help[String(line[0])] else { continue }
            guard line.count == 2, let value = Double(line[1]) else { throw files.malformed(source, found: line.joined(separator: " ")) }
            measurements.append(Measurement("node_vmstat_\(line[0])", .unknown, help: help, value: value))
        }
        return measurements
    }
}

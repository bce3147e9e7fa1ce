import PostwatchModel

/// Time that was lost waiting for processors, memory and disks, from `/proc/pressure`; nothing on kernels without it.
/// Source: Linux, Documentation/accounting/psi.rst.
struct PressureCollector: BlockingCollecting {
    let name = "pressure"
    let files: HostFiles

    /// `full` of `cpu` is left out: for the whole machine it is always 0.
    private static let lines: [(resource: String, line: Substring, metric: String, help: String)] = [
        ("cpu", "some", "cpu_waiting", "Seconds in which some task waited for a processor."),
        ("io", "some", "io_waiting", "Seconds in which some task waited for a disk."),
        ("io", "full", "io_stalled", "Seconds in which every task waited for a disk."),
        ("memory", "some", "memory_waiting", "Seconds in which some task waited for memory."),
        ("memory", "full", "memory_stalled", "Seconds in which every task waited for memory."),
    ]

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var measurements: [Measurement] = []
        for (resource, line, metric, help) in Self.lines {
            let source = "proc/pressure/\(resource)"
            guard let text = try files.textIfPresent(source),
                let fields = text.split(separator: "\n").first(where: { $0.hasPrefix(line) })
            else { continue }
            guard let total = fields.split(separator: " ").first(where: { $0.hasPrefix("total=") }),
                let microseconds = Double(total.dropFirst("total=".count))
            else { throw files.malformed(source, found: fields) }
            measurements.append(
                Measurement("node_pressure_\(metric)_seconds_total", .counter, help: help, value: microseconds / 1_000_000))
        }
        return measurements
    }
}

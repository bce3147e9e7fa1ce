import PostwatchModel

/// When the machine started and what its kernel does, from `/proc/stat`. Source: proc(5).
struct KernelCollector: BlockingCollecting {
    let name = "stat"
    let files: HostFiles

    private static let lines: [(field: Substring, metric: String, kind: Measurement.Kind, help: String)] = [
        ("btime", "node_boot_time_seconds", .gauge, "When the machine started, in seconds since 1970."),
        ("ctxt", "node_context_switches_total", .counter, "Context switches."),
        ("intr", "node_intr_total", .counter, "Interrupts that were served."),
        ("processes", "node_forks_total", .counter, "Processes and threads that were started."),
        ("procs_blocked", "node_procs_blocked", .gauge, "Processes that wait for a disk."),
        ("procs_running", "node_procs_running", .gauge, "Processes that run or could run."),
    ]

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/stat"
        var values: [Substring: Double] = [:]
        for line in try files.fields(source) where line.count >= 2 { values[line[0]] = Double(line[1]) }
        guard values["btime"] != nil else { throw files.malformed(source, found: "no line btime") }
        return Self.lines.compactMap { line in
            values[line.field].map { Measurement(line.metric, line.kind, help: line.help, value: $0) }
        }
    }
}

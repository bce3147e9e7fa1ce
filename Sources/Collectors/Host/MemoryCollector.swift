import PostwatchModel

/// How memory is used, every line of `/proc/meminfo`. Source: proc(5).
struct MemoryCollector: BlockingCollecting {
    let name = "meminfo"
    let files: HostFiles

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/meminfo"
        var measurements: [Measurement] = []
        for line in try files.fields(source) {
            guard line.count >= 2, line[0].hasSuffix(":"), let value = Double(line[1]) else {
                throw files.malformed(source, found: line.joined(separator: " "))
            }
            let field = line[0].dropLast()
            // `Active(anon)` becomes `Active_anon`: parentheses cannot stand in a metric's name.
            let metric = "node_memory_" + String(field.map { $0 == "(" ? "_" : $0 }.filter { $0 != ")" })
            if line.count == 3, line[2] == "kB" {
                measurements.append(
                    Measurement("\(metric)_bytes", .gauge, help: "The line \(field) of /proc/meminfo, in bytes.", value: value * 1024))
            } else {
                measurements.append(Measurement(metric, .gauge, help: "The line \(field) of /proc/meminfo.", value: value))
            }
        }
        return measurements
    }
}

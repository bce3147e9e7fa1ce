import PostwatchModel

/// How many tasks run or wait for a processor or a disk, from `/proc/loadavg`. Source: proc(5).
struct LoadCollector: BlockingCollecting {
    let name = "loadavg"
    let files: HostFiles

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/loadavg"
        let text = try files.text(source)
        let loads = text.split(separator: " ").prefix(3).compactMap { Double($0) }
        guard loads.count == 3 else { throw files.malformed(source, found: text) }
        return zip([1, 5, 15], loads).map { minutes, load in
            Measurement("node_load\(minutes)", .gauge, help: "Load average of \(minutes) min.", value: load)
        }
    }
}

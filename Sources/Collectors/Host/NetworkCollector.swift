import PostwatchModel

/// What went through each network device, from `/proc/net/dev`. Source: proc(5).
struct NetworkCollector: BlockingCollecting {
    let name = "netdev"
    let files: HostFiles

    /// The columns of the file: eight for what came in, eight for what went out.
    private static let columns =
        ["bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast"].map { "receive_\($0)" }
        + ["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"].map { "transmit_\($0)" }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/net/dev"
        var points = [[Measurement.Point]](repeating: [], count: Self.columns.count)
        for line in try files.text(source).split(separator: "\n").dropFirst(2) {
            // The name ends at the last colon: an alias such as `eth0:1` has one of its own, and numbers may touch it.
            guard let colon = line.lastIndex(of: ":") else { throw files.malformed(source, found: line) }
            let device = line[..<colon].drop { $0 == " " }
            let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap { Double($0) }
            guard numbers.count >= Self.columns.count else { throw files.malformed(source, found: line) }
            for column in Self.columns.indices {
                points[column].append(Measurement.Point(labels: ["device": String(device)], value: numbers[column]))
            }
        }
        return zip(Self.columns, points).map { column, points in
            Measurement(
                "node_network_\(column)_total", .counter, help: "The column \(column) of /proc/net/dev, since the device came up.",
                points: points)
        }
    }
}

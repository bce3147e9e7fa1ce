import PostwatchModel

/// What a memcached server tells of itself in answer to `stats`, under memcached_exporter's names.
/// Source: memcached's `doc/protocol.txt`, "General-purpose statistics".
struct MemcachedCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "memcached"

    let name: String
    let settings: MemcachedSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let connection = try ServiceConnection(settings.address, timeout: timeout, clock: clock)
        try connection.send("stats\r\n")
        let status = try fields(connection)
        try? connection.send("quit\r\n")
        let found = [up(true), commands(status), version(status)] + ServiceFigure.measurements(of: Self.figures, in: status)
        return found.map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(key: "uptime", metric: "memcached_uptime_seconds", kind: .gauge, help: "Seconds since the server started."),
        ServiceFigure(key: "curr_connections", metric: "memcached_current_connections", kind: .gauge, help: "Connections that are open."),
        ServiceFigure(
            key: "max_connections", metric: "memcached_max_connections", kind: .gauge, help: "Connections that may be open at once."),
        ServiceFigure(
            key: "total_connections", metric: "memcached_connections_total", kind: .counter, help: "Connections that were accepted."),
        ServiceFigure(
            key: "rejected_connections", metric: "memcached_connections_rejected_total", kind: .counter,
            help: "Connections that were refused since the limit was reached."),
        ServiceFigure(
            key: "listen_disabled_num", metric: "memcached_connections_listener_disabled_total", kind: .counter,
            help: "How often the server stopped to accept since the limit was reached."),
        ServiceFigure(key: "bytes", metric: "memcached_current_bytes", kind: .gauge, help: "Memory that items take."),
        ServiceFigure(key: "limit_maxbytes", metric: "memcached_limit_bytes", kind: .gauge, help: "Memory that items may take."),
        ServiceFigure(key: "curr_items", metric: "memcached_current_items", kind: .gauge, help: "Items that are kept."),
        ServiceFigure(key: "total_items", metric: "memcached_items_total", kind: .counter, help: "Items that were ever stored."),
        ServiceFigure(
            key: "evictions", metric: "memcached_items_evicted_total", kind: .counter, help: "Items that gave way since memory was full."),
        ServiceFigure(
            key: "reclaimed", metric: "memcached_items_reclaimed_total", kind: .counter,
            help: "Items whose time was over and whose room was used."),
        ServiceFigure(key: "bytes_read", metric: "memcached_read_bytes_total", kind: .counter, help: "Bytes that came over the network."),
        ServiceFigure(
            key: "bytes_written", metric: "memcached_written_bytes_total", kind: .counter, help: "Bytes that went over the network."),
        ServiceFigure(
            key: "rusage_user", metric: "memcached_process_user_cpu_seconds_total", kind: .counter, help: "CPU time outside of the kernel."),
        ServiceFigure(
            key: "rusage_system", metric: "memcached_process_system_cpu_seconds_total", kind: .counter, help: "CPU time in the kernel."),
    ]

    /// `get_hits 5` counts under the command `get` and the status `hit`.
    private static let commands = ["get", "delete", "incr", "decr", "cas", "touch"]

    private func fields(_ connection: ServiceConnection) throws(CollectionFailure) -> [String: Substring] {
        var fields: [String: Substring] = [:]
        while true {
            let words = try connection.line().split(separator: " ", maxSplits: 2)
            if words == ["END"] { return fields }
            guard words.count == 3, words[0] == "STAT", fields.count < 10_000 else {
                throw connection.malformed("\"\(words.joined(separator: " ").prefix(60))\" in answer to stats")
            }
            fields[String(words[1])] = words[2]
        }
    }

    private func commands(_ status: [String: Substring]) -> Measurement {
        func count(_ key: String) -> Double? { status[key].flatMap { Double($0) } }
        var points: [Measurement.Point] = []
        for command in Self.commands {
            for (suffix, outcome) in [("hits", "hit"), ("misses", "miss")] {
                guard let value = count("\(command)_\(suffix)") else { continue }
                points.append(Measurement.Point(labels: ["command": command, "status": outcome], value: value))
            }
        }
        if let refused = count("cas_badval") {
            points.append(Measurement.Point(labels: ["command": "cas", "status": "badval"], value: refused))
        }
        if let stored = count("cmd_set") {
            // memcached counts each cas as a set too.
            let others = ["cas_hits", "cas_misses", "cas_badval"].compactMap(count).reduce(0, +)
            points.append(Measurement.Point(labels: ["command": "set", "status": "hit"], value: max(0, stored - others)))
        }
        if let flushed = count("cmd_flush") {
            points.append(Measurement.Point(labels: ["command": "flush", "status": "hit"], value: flushed))
        }
        return Measurement("memcached_commands_total", .counter, help: "Commands by what came of them.", points: points)
    }

    private func version(_ status: [String: Substring]) -> Measurement {
        let points = status["version"].map { [Measurement.Point(labels: ["version": String($0)], value: 1)] } ?? []
        return Measurement("memcached_version", .gauge, help: "Which version this is.", points: points)
    }
}

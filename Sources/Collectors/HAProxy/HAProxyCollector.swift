import PostwatchModel

/// What HAProxy tells of its frontends, backends and servers in answer to `show stat`, and of itself in answer to `show info`, under the names
/// of its own exporter. Source: HAProxy's management guide, "9.1. CSV format" and "show info".
struct HAProxyCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "HAProxy"

    let name: String
    let settings: HAProxySettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let table = HAProxyTable(try answer(to: "show stat"))
        guard let table else { throw .malformed(source: "\(settings.address)", found: "no table in answer to show stat") }
        var information: [String: Substring] = [:]
        for line in try answer(to: "show info").split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            information[String(line[..<colon])] = line[line.index(after: colon)...].drop { $0 == " " }
        }
        let own = ServiceFigure.measurements(of: Self.figures, in: information)
        return ([up(true)] + own + table.measurements).map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(
            key: "Uptime_sec", metric: "haproxy_process_uptime_seconds", kind: .gauge, help: "Seconds since the process started."),
        ServiceFigure(key: "CurrConns", metric: "haproxy_process_current_connections", kind: .gauge, help: "Connections that are open."),
        ServiceFigure(
            key: "Maxconn", metric: "haproxy_process_max_connections", kind: .gauge, help: "Connections that may be open at once."),
        ServiceFigure(
            key: "CumConns", metric: "haproxy_process_connections_total", kind: .counter, help: "Connections that were accepted."),
        ServiceFigure(
            key: "Idle_pct", metric: "haproxy_process_idle_time_percent", kind: .gauge, help: "Share of time in which the process waited."),
    ]

    /// One command; HAProxy closes the connection behind its answer.
    private func answer(to command: String) throws(CollectionFailure) -> String {
        let connection = try ServiceConnection(settings.address, timeout: timeout / 2, clock: clock)
        try connection.send(command + "\n")
        return String(decoding: try connection.bytesToEnd(), as: UTF8.self)
    }
}

import PostwatchModel

/// The answer to `show stat`: a table with a line for each frontend, backend and server.
struct HAProxyTable {
    private let rows: [[String: Substring]]

    /// `nil` when the text is no such table.
    init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let header = lines.first, header.hasPrefix("# ") else { return nil }
        let names = header.dropFirst(2).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.starts(with: ["pxname", "svname"]) else { return nil }
        rows = lines.dropFirst().map { line in
            Dictionary(zip(names, Self.cells(line))) { first, _ in first }
        }
    }

    var measurements: [Measurement] {
        Self.columns.map { column in
            Measurement(column.metric, column.kind, help: column.help, points: rows.compactMap { point(of: $0, column) })
        } + [
            responses("haproxy_frontend_http_responses_total", of: .frontend),
            responses("haproxy_backend_http_responses_total", of: .backend),
            status,
        ]
    }

    // MARK: - Private

    private enum Part: Hashable {
        case frontend, backend, server
    }

    private struct Column {
        let part: Part
        let key: String
        let metric: String
        let kind: Measurement.Kind
        var factor = 1.0
        let help: String
    }

    private static let columns = [
        Column(
            part: .frontend, key: "scur", metric: "haproxy_frontend_current_sessions", kind: .gauge, help: "Sessions that are open."),
        Column(
            part: .frontend, key: "slim", metric: "haproxy_frontend_limit_sessions", kind: .gauge,
            help: "Sessions that may be open at once."),
        Column(part: .frontend, key: "stot", metric: "haproxy_frontend_sessions_total", kind: .counter, help: "Sessions."),
        Column(part: .frontend, key: "bin", metric: "haproxy_frontend_bytes_in_total", kind: .counter, help: "Bytes that came in."),
        Column(part: .frontend, key: "bout", metric: "haproxy_frontend_bytes_out_total", kind: .counter, help: "Bytes that went out."),
        Column(
            part: .frontend, key: "ereq", metric: "haproxy_frontend_request_errors_total", kind: .counter, help: "Requests that were none."),
        Column(part: .backend, key: "act", metric: "haproxy_backend_active_servers", kind: .gauge, help: "Servers that take sessions."),
        Column(
            part: .backend, key: "qcur", metric: "haproxy_backend_current_queue", kind: .gauge, help: "Sessions that wait for a server."),
        Column(part: .backend, key: "scur", metric: "haproxy_backend_current_sessions", kind: .gauge, help: "Sessions that are open."),
        Column(part: .backend, key: "stot", metric: "haproxy_backend_sessions_total", kind: .counter, help: "Sessions."),
        Column(part: .backend, key: "bin", metric: "haproxy_backend_bytes_in_total", kind: .counter, help: "Bytes that came in."),
        Column(part: .backend, key: "bout", metric: "haproxy_backend_bytes_out_total", kind: .counter, help: "Bytes that went out."),
        Column(
            part: .backend, key: "econ", metric: "haproxy_backend_connection_errors_total", kind: .counter,
            help: "Attempts to reach a server that failed."),
        Column(
            part: .backend, key: "eresp", metric: "haproxy_backend_response_errors_total", kind: .counter,
            help: "Answers of servers that were none."),
        Column(part: .server, key: "scur", metric: "haproxy_server_current_sessions", kind: .gauge, help: "Sessions that are open."),
        Column(
            part: .server, key: "slim", metric: "haproxy_server_limit_sessions", kind: .gauge, help: "Sessions that may be open at once."),
        Column(part: .server, key: "qcur", metric: "haproxy_server_current_queue", kind: .gauge, help: "Sessions that wait for it."),
        Column(part: .server, key: "stot", metric: "haproxy_server_sessions_total", kind: .counter, help: "Sessions."),
        Column(
            part: .server, key: "econ", metric: "haproxy_server_connection_errors_total", kind: .counter,
            help: "Attempts to reach it that failed."),
        Column(
            part: .server, key: "chkfail", metric: "haproxy_server_check_failures_total", kind: .counter, help: "Checks of it that failed."),
        Column(
            part: .server, key: "downtime", metric: "haproxy_server_downtime_seconds_total", kind: .counter,
            help: "Seconds in which it was down."),
        Column(
            part: .server, key: "ctime", metric: "haproxy_server_connect_time_average_seconds", kind: .gauge, factor: 0.001,
            help: "How long connecting took, over the last 1024 sessions."),
    ]

    private func point(of row: [String: Substring], _ column: Column) -> Measurement.Point? {
        guard Self.part(of: row) == column.part, let value = row[column.key].flatMap({ Double($0) }) else { return nil }
        return Measurement.Point(labels: Self.labels(of: row), value: value * column.factor)
    }

    /// Empty in the mode `tcp`, where there are no such answers.
    private func responses(_ name: String, of part: Part) -> Measurement {
        let points = rows.filter { Self.part(of: $0) == part }.flatMap { row in
            ["1xx", "2xx", "3xx", "4xx", "5xx", "other"].compactMap { code -> Measurement.Point? in
                guard let value = row["hrsp_\(code)"].flatMap({ Double($0) }) else { return nil }
                return Measurement.Point(labels: Self.labels(of: row).merging(["code": code]), value: value)
            }
        }
        return Measurement(name, .counter, help: "Answers over HTTP by class of their code.", points: points)
    }

    /// One point for each state, 1 for the one that is.
    private var status: Measurement {
        let states = ["UP", "DOWN", "NOLB", "DRAIN", "MAINT"]
        let points = rows.filter { Self.part(of: $0) == .server }.flatMap { row in
            // `UP 1/3` is on its way down, and who is not checked counts as up, as in HAProxy's own exporter.
            let status = row["status"] ?? ""
            let state = status == "no check" ? "UP" : states.first { status == $0 || status.hasPrefix($0 + " ") }
            return states.map { name in
                var labels = Self.labels(of: row)
                labels["state"] = name
                return Measurement.Point(labels: labels, value: name == state ? 1 : 0)
            }
        }
        return Measurement("haproxy_server_status", .gauge, help: "Which state a server is in (1).", points: points)
    }

    private static func part(of row: [String: Substring]) -> Part? {
        switch row["svname"] {
        case "FRONTEND": .frontend
        case "BACKEND": .backend
        case .some where row["type"] == "2": .server
        default: nil
        }
    }

    private static func labels(of row: [String: Substring]) -> LabelSet {
        var labels: LabelSet = ["proxy": String(row["pxname"] ?? "")]
        if part(of: row) == .server { labels["server"] = String(row["svname"] ?? "") }
        return labels
    }

    /// Cells may stand in quotes, with quotes doubled inside.
    private static func cells(_ line: Substring) -> [Substring] {
        guard line.contains("\"") else { return line.split(separator: ",", omittingEmptySubsequences: false) }
        var cells: [Substring] = []
        var cell = ""
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                cells.append(Substring(cell))
                cell = ""
            default: cell.append(character)
            }
        }
        return cells + [Substring(cell)]
    }
}

import PostwatchModel

/// What the page of `stub_status` tells, under the names of NGINX's own exporter.
/// Source: nginx' documentation of `ngx_http_stub_status_module`.
struct NginxCollector: Collecting, ServiceCollecting {
    static let serviceName = "nginx"

    let name: String
    let settings: NginxSettings
    let timeout: Duration

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        let page = try await StatusPage(url: settings.url).text(within: timeout)
        guard let status = Self.status(page) else {
            throw .malformed(source: settings.url, found: "\"\(page.prefix(60))\", which is no page of stub_status")
        }
        return ([up(true)] + ServiceFigure.measurements(of: Self.figures, in: status)).map { $0.labelled(settings.labels) }
    }

    /// ```
    /// Active connections: 291
    /// server accepts handled requests
    ///  16630948 16630948 31070465
    /// Reading: 6 Writing: 179 Waiting: 106
    /// ```
    static func status(_ page: String) -> [String: Substring]? {
        let lines = page.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        guard lines.count == 4, lines[0].count == 3, lines[0][0] == "Active", lines[1].last == "requests", lines[2].count == 3,
            lines[3].count == 6
        else { return nil }
        return [
            "active": lines[0][2], "accepted": lines[2][0], "handled": lines[2][1], "requests": lines[2][2], "reading": lines[3][1],
            "writing": lines[3][3], "waiting": lines[3][5],
        ]
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(key: "active", metric: "nginx_connections_active", kind: .gauge, help: "Connections that are open."),
        ServiceFigure(key: "accepted", metric: "nginx_connections_accepted", kind: .counter, help: "Connections that were accepted."),
        ServiceFigure(
            key: "handled", metric: "nginx_connections_handled", kind: .counter,
            help: "Connections that were worked off; less than were accepted when a limit such as worker_connections was reached."),
        ServiceFigure(key: "reading", metric: "nginx_connections_reading", kind: .gauge, help: "Connections whose request is being read."),
        ServiceFigure(key: "writing", metric: "nginx_connections_writing", kind: .gauge, help: "Connections that are being answered."),
        ServiceFigure(key: "waiting", metric: "nginx_connections_waiting", kind: .gauge, help: "Connections that are idle."),
        ServiceFigure(key: "requests", metric: "nginx_http_requests_total", kind: .counter, help: "Requests."),
    ]
}

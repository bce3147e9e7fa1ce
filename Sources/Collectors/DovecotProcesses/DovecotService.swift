import PostwatchModel

/// How many processes one of Dovecot's services has, as its master tells in answer to `SERVICE-STATUS`.
/// Source: Dovecot, `doveadm service status`; checked against what Dovecot 2.3.19 answers.
struct DovecotService: Hashable, Sendable {
    let name: String
    let processes: Int
    /// Of those, how many can take another client.
    let available: Int
    let limit: Int
    /// Clients that one process serves.
    let clientLimit: Int
    /// Of processes that ended with an error, lately.
    let recentFailures: Int
    /// Whether clients wait for a process.
    let hasWaitingClients: Bool
    /// Since Dovecot started; `nil` when the release does not tell.
    let started: Int?

    /// One line of the answer:
    /// name, processes, available, limit, client limit, throttle seconds, last failure, failures, last warning, waiting, listening, stopped,
    /// started. Behind a tab each; `nil` when it is none.
    init?(_ line: String) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        let numbers = fields.dropFirst().map { Int($0) }
        guard fields.count >= 10, DovecotSessions.isServiceName(fields[0]), let processes = numbers[0], let available = numbers[1],
            let limit = numbers[2], let clientLimit = numbers[3], let failures = numbers[6], fields[9] == "y" || fields[9] == "n"
        else { return nil }
        name = String(fields[0])
        self.processes = processes
        self.available = available
        self.limit = limit
        self.clientLimit = clientLimit
        recentFailures = failures
        hasWaitingClients = fields[9] == "y"
        started = fields.count >= 13 ? numbers[11] : nil
    }

    static func measurements(of services: [DovecotService]) -> [Measurement] {
        func points(_ value: (DovecotService) -> Int?) -> [Measurement.Point] {
            services.compactMap { service in
                value(service).map { Measurement.Point(labels: ["service": service.name], value: Double($0)) }
            }
        }
        return [
            Measurement("dovecot_processes", .gauge, help: "Processes of the service.", points: points(\.processes)),
            Measurement(
                "dovecot_processes_available", .gauge, help: "Processes of the service that can take another client.",
                points: points(\.available)),
            Measurement("dovecot_process_limit", .gauge, help: "Processes that the service may have.", points: points(\.limit)),
            Measurement(
                "dovecot_client_limit", .gauge, help: "Clients that one process of the service may have.", points: points(\.clientLimit)),
            Measurement(
                "dovecot_service_clients_waiting", .gauge, help: "Whether clients wait for a process of the service (1) or not (0).",
                points: points { $0.hasWaitingClients ? 1 : 0 }),
            Measurement(
                "dovecot_process_failures", .gauge, help: "Processes of the service that ended with an error in the last seconds.",
                points: points(\.recentFailures)),
            Measurement(
                "dovecot_processes_started_total", .counter, help: "Processes of the service that were started.", points: points(\.started)),
        ]
    }
}

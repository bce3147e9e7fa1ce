import Glibc
import PostwatchModel

/// How many sessions and processes one Dovecot has, as two of its own sockets tell: what `doveadm who` and `doveadm service status` show,
/// without a process for it. No name of a user leaves this type.
struct DovecotProcessesCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "Dovecot"
    static let upHelp = "Whether Dovecot told of its sessions and processes (1) or not (0)."

    let name: String
    let settings: DovecotProcessesSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let services = settings.countsServices ? try services() : []
        return ([up(true)] + (try sessions().measurements) + services).map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private static let mostServices = 1000
    private static let absent = "Dovecot is not running, or its base_dir is another: doveconf base_dir tells"

    private func services() throws(CollectionFailure) -> [Measurement] {
        let connection = try connect(
            "master", denied: "permission denied; only root may ask it: let the agent run as root, or say services: false")
        try connection.send("VERSION\tmaster-client\t1\t0\nSERVICE-STATUS\n")
        let greeting = try connection.line(limit: 200)
        guard greeting.hasPrefix("VERSION\tmaster-server\t1\t") else {
            throw connection.malformed("\"\(greeting.prefix(60))\", where Dovecot 2.3 says its version")
        }
        var services: [DovecotService] = []
        while true {
            let line = try connection.line(limit: 4096)
            if line.isEmpty { return DovecotService.measurements(of: services) }
            guard let service = DovecotService(line), services.count < Self.mostServices,
                !services.contains(where: { $0.name == service.name })
            else { throw connection.malformed("\"\(line.prefix(60))\", which is no service") }
            services.append(service)
        }
    }

    private func sessions() throws(CollectionFailure) -> DovecotSessions {
        let connection = try connect(
            "anvil", denied: "permission denied; open unix_listener anvil in service anvil to the agent's group, with mode = 0660")
        try connection.send("VERSION\tanvil\t1\t0\nCONNECT-DUMP\n")
        var sessions = DovecotSessions()
        while true {
            let line = try connection.line(limit: 4096)
            if line.isEmpty { return sessions }
            guard !line.hasPrefix("VERSION\t") else {
                throw .refused(
                    service: "\(connection.address)",
                    reason: "it speaks another version than Dovecot 2.3: measure it with collectors.dovecot")
            }
            do throws(DovecotSessions.Fault) {
                try sessions.add(line)
            } catch {
                throw connection.malformed(error.description)
            }
        }
    }

    private func connect(_ socket: String, denied: String) throws(CollectionFailure) -> ServiceConnection {
        try ServiceConnection(
            .local(path: "\(settings.baseDirectory)/\(socket)"), timeout: timeout / 2, clock: clock,
            hints: [
                ENOENT: "there is no such socket; \(Self.absent)", ECONNREFUSED: "nobody listens; \(Self.absent)", EACCES: denied,
            ])
    }
}

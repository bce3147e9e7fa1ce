extension ServiceSign {
    /// The first process of a service, with all that the service listens on.
    struct Head: Hashable, Sendable {
        let process: HostSurvey.Process
        var listeners: [HostSurvey.Listener]
        var sockets: [String]
        /// Whether it may listen on more than is known.
        var isHidden = false
    }

    /// Where the service is asked for its figures.
    func outcome(for head: Head) -> ServiceFinding.Outcome {
        switch place {
        case .address(let endings, let ports):
            entry("address", socket(head, endings) ?? ports.flatMap { address(head, $0) }, head)
        case .port(let ports, let endings):
            entry("address", address(head, ports) ?? socket(head, endings), head)
        case .page(let path, let ports):
            entry("url", address(head, ports).map { "http://\($0)\(path)" }, head)
        case .hiddenPage:
            .lacksSetting(example)
        case .directory(let key, let name):
            entry(key, socket(head, [name]).map { String($0.dropLast(name.count)) }, head)
        case .workingDirectory(let key, let usual):
            .found(ServiceFinding.Entry(key: key, value: head.process.directory.flatMap { $0 == "/" ? nil : $0 } ?? usual))
        }
    }

    // MARK: - Private

    private func entry(_ key: String, _ value: String?, _ head: Head) -> ServiceFinding.Outcome {
        if let value { return .found(ServiceFinding.Entry(key: key, value: value)) }
        return head.isHidden ? .isHidden(example) : .lacksSetting(example)
    }

    /// The entry as it usually is.
    private var example: ServiceFinding.Entry {
        let socket = usualSockets.first
        let port = usualPorts.min().map { "127.0.0.1:\($0)" }
        return switch place {
        case .address: .init(key: "address", value: socket ?? port ?? "")
        case .port: .init(key: "address", value: port ?? socket ?? "")
        case .page(let path, _): .init(key: "url", value: "http://\(port ?? "127.0.0.1")\(path)")
        case .hiddenPage(let url): .init(key: "url", value: url)
        case .directory(let key, let name): .init(key: key, value: socket.map { String($0.dropLast(name.count)) } ?? "")
        case .workingDirectory(let key, let usual): .init(key: key, value: usual)
        }
    }

    private func socket(_ head: Head, _ endings: [String]) -> String? {
        endings.lazy.compactMap { ending in head.sockets.first { $0.hasSuffix(ending) } }.first
    }

    private func address(_ head: Head, _ ports: Ports) -> String? {
        let wanted = head.listeners.filter { listener in
            switch ports {
            case .lowest: true
            case .only(let ports): ports.contains(listener.port)
            case .except(let ports): !ports.contains(listener.port)
            }
        }
        return wanted.min { ($0.port, $0.distance) < ($1.port, $1.distance) }?.reachable
    }
}

extension HostSurvey.Listener {
    /// Whether other machines can reach it.
    var isPublic: Bool { !host.hasPrefix("127.") && host != "::1" && host != "::ffff:127.0.0.1" }

    /// Loopback before all others, since it needs no firewall's leave.
    fileprivate var distance: Int {
        switch host {
        case "127.0.0.1": 0
        case "0.0.0.0": 1
        case "::1": 2
        case "::": 3
        default: 4
        }
    }

    /// As an entry of the configuration has it.
    fileprivate var reachable: String {
        switch host {
        case "0.0.0.0": "127.0.0.1:\(port)"
        // Right also where the socket takes IPv6 alone, which does not show.
        case "::": "[::1]:\(port)"
        default: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

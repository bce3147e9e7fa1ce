import PostwatchModel

/// How many processes each service of one Postfix instance has, and how many it may have: at the limit mail waits, whatever the machine
/// could still do. Source: Postfix, master(5), master(8).
struct PostfixProcessCollector: BlockingCollecting {
    /// `postfix_processes`, or `postfix_processes:<queue directory>` when there are several.
    let name: String
    let settings: PostfixSettings
    /// Where the kernel tells of processes.
    let files: HostFiles

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let configuration = HostFiles(root: settings.configDirectory)
        let parameters = PostfixParameters(directory: settings.configDirectory)
        let services = PostfixService.all(
            in: try configuration.text("master.cf"), defaultProcessLimit: parameters.defaultProcessLimit)
        let limits = services.compactMap { service in
            service.processLimit.map { Measurement.Point(labels: Self.labels(service), value: Double($0)) }
        }
        return
            (counts(services) + [
                Measurement(
                    "postfix_process_limit", .gauge,
                    help: "The most processes that a service may have at once; services without a limit have none.",
                    points: limits)
            ]).map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private struct Key: Hashable {
        let name: String
        let type: String
    }

    /// Nothing where other processes are hidden from this one: that there are none would be a lie.
    private func counts(_ services: [PostfixService]) -> [Measurement] {
        guard files.showProcesses else { return [] }
        // A Postfix that does not run has no processes; that it does not run, postfix_up tells.
        let running = master().map(processes) ?? [:]
        let points = services.map { service in
            Measurement.Point(labels: Self.labels(service), value: Double(running[Key(name: service.name, type: service.type)] ?? 0))
        }
        return [Measurement("postfix_processes", .gauge, help: "Processes of a service.", points: points)]
    }

    private static func labels(_ service: PostfixService) -> LabelSet {
        ["service": service.name, "type": service.type]
    }

    private func master() -> Int? {
        let text = try? HostFiles(root: settings.queueDirectory).text("pid/master.pid")
        guard let pid = text.flatMap({ Int($0.filter { !$0.isWhitespace }) }) else { return nil }
        // The file stays when Postfix dies, and the number may be another's by now.
        let command = try? files.text("proc/\(pid)/comm")
        return command == "master\n" ? pid : nil
    }

    /// The children of `master` by the service that they are of.
    private func processes(of master: Int) -> [Key: Int] {
        let children = (try? files.text("proc/\(master)/task/\(master)/children")) ?? ""
        var counts: [Key: Int] = [:]
        for child in children.split(separator: " ") {
            // One that has ended meanwhile is none.
            guard let line = try? files.text("proc/\(child)/cmdline"), let key = Self.service(of: line) else { continue }
            counts[key, default: 0] += 1
        }
        return counts
    }

    /// `smtpd -n smtp -t inet -u`: `-n` is there when the service has another name than its program.
    private static func service(of commandLine: String) -> Key? {
        let words = commandLine.split(separator: "\0").map { String($0) }
        guard let program = words.first?.split(separator: "/").last else { return nil }
        func value(of option: String) -> String? {
            guard let position = words.firstIndex(of: option), position + 1 < words.count else { return nil }
            return words[position + 1]
        }
        guard let type = value(of: "-t") else { return nil }
        return Key(name: value(of: "-n") ?? String(program), type: type)
    }
}

import Glibc
import PostwatchModel

/// What the processes of Exim do, by their arguments, in the states of exim_exporter. exiwhat would tell more, but it writes a signal to
/// each of them, and the specification advises against it.
struct EximProcesses {
    enum State: String, CaseIterable, Hashable, Sendable {
        /// Waits for connections, or for the time of the next queue run.
        case daemon
        /// Delivers a message.
        case delivering
        /// Serves a connection.
        case handling
        /// Runs through the queue.
        case running
        case other
    }

    /// Every state is there. `nil`: this process may not see others.
    let counts: [State: Int]?

    /// - Parameter spoolDirectory: Only processes that work there, as far as this process may see where they do.
    init(_ files: HostFiles, spoolDirectory: String) {
        guard access(files.path("proc/1/comm"), R_OK) == 0, let stream = try? DirectoryStream(files.path("proc")) else {
            counts = nil
            return
        }
        var processes: [Int: Process] = [:]
        while stream.next({ name in
            guard name.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int(String(decoding: name, as: UTF8.self)) else { return }
            processes[id] = Process(id, files)
        }) {}
        let spool = Self.canonical(spoolDirectory)
        var counts = Dictionary(uniqueKeysWithValues: State.allCases.map { ($0, 0) })
        for process in processes.values where process.place.map({ $0 == spool || $0.hasPrefix(spool + "/") }) ?? true {
            counts[Self.state(process.arguments, isChild: processes[process.parent] != nil), default: 0] += 1
        }
        self.counts = counts
    }

    /// - Parameters:
    ///   - arguments: Without the program.
    ///   - isChild: Of another process of Exim: the daemon serves connections in children with its own arguments.
    static func state(_ arguments: some Sequence<Substring>, isChild: Bool) -> State {
        var isDaemon = false
        for argument in arguments {
            if argument == "-M" || argument == "-Mc" || argument.hasPrefix("-MC") { return .delivering }
            if argument == "-bd" || argument == "-bdf" { isDaemon = true }
            guard argument.hasPrefix("-q") else { continue }
            // -q, -qq, -qf, -qff, -qi, -qG<name>: one run. With a time behind it, -q30m: the daemon makes one so often.
            let flags = argument.dropFirst(2).drop { "qifl".contains($0) }
            if flags.first.map({ "0123456789".contains($0) }) ?? false { isDaemon = true } else if !isDaemon { return .running }
        }
        guard isDaemon else { return .other }
        return isChild ? .handling : .daemon
    }

    var measurements: [Measurement] {
        guard let counts else { return [] }
        return [
            Measurement(
                "exim_processes", .gauge, help: "Processes of Exim, by what they do.",
                points: State.allCases.map { Measurement.Point(labels: ["state": $0.rawValue], value: Double(counts[$0] ?? 0)) })
        ]
    }

    // MARK: - Private

    private struct Process {
        let parent: Int
        let arguments: [Substring]
        /// Its working directory; `nil` when it may not be seen.
        let place: String?

        /// `nil` when it is no process of Exim, or has ended.
        init?(_ id: Int, _ files: HostFiles) {
            guard let name = try? files.text("proc/\(id)/comm"), name == "exim4\n" || name == "exim\n",
                let status = try? files.text("proc/\(id)/stat"), let behind = status.lastIndex(of: ")"),
                let parent = status[behind...].split(separator: " ").dropFirst(2).first.flatMap({ Int($0) }),
                let line = try? files.text("proc/\(id)/cmdline")
            else { return nil }
            self.parent = parent
            arguments = Array(line.split(separator: "\0").dropFirst())
            place = Self.target(files.path("proc/\(id)/cwd"))
        }

        private static func target(_ path: String) -> String? {
            var room = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &room, room.count)
            return count > 0 ? String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
        }
    }

    private static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

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
    /// A daemon is there, and each is suspended: it takes connections and never greets.
    let isSuspended: Bool

    /// - Parameter spoolDirectory: Only processes that work there, as far as this process may see where they do.
    init(_ files: HostFiles, spoolDirectory: String) {
        let all = ProcessFiles(files: files)
        guard files.showProcesses, let numbers = try? all.numbers() else {
            counts = nil
            isSuspended = false
            return
        }
        var buffer = [UInt8](repeating: 0, count: 2048)
        let processes = numbers.compactMap { all.status(of: $0, using: &buffer) }.filter { Self.commands.contains($0.command) }
        let ids = Set(processes.map(\.id.number))
        let spool = Self.canonical(spoolDirectory)
        var counts = Dictionary(uniqueKeysWithValues: State.allCases.map { ($0, 0) })
        var runningDaemons = 0
        for process in processes {
            // One that has ended meanwhile does nothing.
            guard let arguments = all.arguments(of: process.id.number) else { continue }
            if let place = all.workingDirectory(of: process.id.number), place != spool, !place.hasPrefix(spool + "/") { continue }
            let state = Self.state(arguments, isChild: ids.contains(process.parent))
            counts[state, default: 0] += 1
            // What is neither running nor waiting for something was stopped, by SIGSTOP or a debugger.
            if state == .daemon, process.state != .other { runningDaemons += 1 }
        }
        self.counts = counts
        isSuspended = counts[.daemon, default: 0] > 0 && runningDaemons == 0
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

    private static let commands: Set<String> = ["exim4", "exim"]

    private static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

import Foundation

/// A program that a test started, which it stops by its process id.
///
/// Not Foundation's `Process`, which waits until the last descendant has closed a descriptor that all of them inherit.
package final class ChildProcess {
    package struct Failed: Error, CustomStringConvertible {
        let command: String
        let output: String
        package var description: String { "\(command) failed:\n\(output)" }
    }

    private let id: pid_t
    /// Somebody else's when it has ended and was waited for.
    package var processID: pid_t { id }
    private let log: String
    /// As `waitpid` tells it; `nil` while it runs.
    private var status: Int32?

    /// - Parameter log: a file that takes both outputs, appended.
    package init(_ program: String, _ arguments: [String], environment: [String: String] = [:], log: String) throws {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        Self.keepDescriptorsToOurselves()
        let argumentTexts = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let variableTexts = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argumentTexts + variableTexts { free(text) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Our own threads block signals, and a child would inherit that and never hear a SIGTERM.
        var nothing = sigset_t()
        sigemptyset(&nothing)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var id: pid_t = 0
        let result = posix_spawn(&id, program, &actions, &attributes, argumentTexts, variableTexts)
        guard result == 0 else { throw Failed(command: program, output: String(cString: strerror(result))) }
        self.id = id
    }

    deinit {
        end(with: SIGKILL)
    }

    /// Sends a signal and waits for the end. SIGKILL is what a crash looks like from outside.
    package func end(with signal: Int32) {
        guard isRunning else { return }
        kill(id, signal)
        wait()
    }

    /// Sends a signal and does not wait.
    package func send(_ signal: Int32) {
        guard isRunning else { return }
        kill(id, signal)
    }

    /// Stops it, and returns when each of its threads has stopped: that takes a moment longer than the signal.
    package func freeze() {
        send(SIGSTOP)
        // Some seconds of looking; it takes a few of them.
        var looks = 100_000
        while isRunning, !isFrozen, looks > 0 {
            looks -= 1
            sched_yield()
        }
    }

    package var isRunning: Bool {
        guard status == nil else { return false }
        var status: Int32 = 0
        if waitpid(id, &status, WNOHANG) == id { self.status = status }
        return self.status == nil
    }

    /// Everything that it wrote.
    package var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Runs a program to its end; throws with what it wrote when it fails.
    package static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let log = NSTemporaryDirectory() + "postwatch-run-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let child = try ChildProcess(program, arguments, environment: environment, log: log)
        child.wait()
        guard child.status == 0 else {
            throw Failed(command: ([program] + arguments).joined(separator: " "), output: child.output)
        }
    }

    // MARK: - Private

    /// Source: proc(5), `/proc/pid/stat`: the state stands behind the name, which may hold anything.
    private var isFrozen: Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
        return threads.allSatisfy { thread in
            guard let text = try? String(contentsOfFile: "/proc/\(id)/task/\(thread)/stat", encoding: .utf8) else { return true }
            return text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).hasPrefix("T")
        }
    }

    /// Waits for its end.
    package func wait() {
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 && errno == EINTR {}
        self.status = status
    }

    /// A server that outlives us must not hold a pipe on whose end somebody waits.
    private static func keepDescriptorsToOurselves() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}

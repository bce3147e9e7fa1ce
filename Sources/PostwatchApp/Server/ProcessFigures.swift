import ExpositionFormat
import Foundation

/// What this process takes of its machine, under the names that Prometheus' client libraries have made common.
/// Source: Prometheus documentation, "Writing client libraries", "Process metrics"; proc(5).
struct ProcessFigures: Sendable {
    /// User and system time, in seconds.
    let cpuSeconds: Double
    /// In bytes.
    let residentMemory: Double
    /// In bytes.
    let virtualMemory: Double
    let openFiles: Double
    /// The soft limit.
    let maximumFiles: Double
    /// Unix seconds.
    let startedAt: Double

    /// Of now; `nil` where there is no `/proc`.
    static func read() -> ProcessFigures? {
        let status = fields(of: "/proc/self/stat", after: ")")
        let memory = fields(of: "/proc/self/statm")
        let boot = text(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        // The fields are counted from the third on.
        guard status.count > 19, memory.count > 1, let user = Double(status[11]), let system = Double(status[12]),
            let start = Double(status[19]), let virtual = Double(memory[0]), let resident = Double(memory[1]),
            let bootSeconds = boot.flatMap({ Double($0) }),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return ProcessFigures(
            cpuSeconds: (user + system) / ticks, residentMemory: resident * page, virtualMemory: virtual * page,
            // Without the one by which they were counted.
            openFiles: Double(files.count - 1), maximumFiles: Double(limit.rlim_cur), startedAt: bootSeconds + start / ticks)
    }

    var families: [MetricFamily] {
        [
            family("process_cpu_seconds_total", .counter, "User and system CPU time, in seconds.", cpuSeconds),
            family("process_resident_memory_bytes", .gauge, "Resident memory, in bytes.", residentMemory),
            family("process_virtual_memory_bytes", .gauge, "Virtual memory, in bytes.", virtualMemory),
            family("process_open_fds", .gauge, "Open file descriptors.", openFiles),
            family("process_max_fds", .gauge, "Largest number of open file descriptors.", maximumFiles),
            family("process_start_time_seconds", .gauge, "When the process was started, in Unix seconds.", startedAt),
        ]
    }

    // MARK: - Private

    private func family(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, kind: kind, help: help, points: [MetricPoint(value: .number(value))])
    }

    private static func text(of path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// What blanks separate, behind the last `mark`: a program's name may have blanks itself.
    private static func fields(of path: String, after mark: Character? = nil) -> [Substring] {
        let text = text(of: path)
        let start = mark.flatMap { text.lastIndex(of: $0) }.map { text.index(after: $0) } ?? text.startIndex
        return text[start...].split { $0 == " " || $0 == "\n" }
    }
}

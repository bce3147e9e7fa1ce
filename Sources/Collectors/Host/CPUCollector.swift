import PostwatchModel
import Synchronization

/// Seconds that each processor spent in each mode, from `/proc/stat`. Source: proc(5).
final class CPUCollector: BlockingCollecting {
    let name = "cpu"
    private let files: HostFiles
    private let ledgers: Mutex<[String: CPUTimeLedger]> = Mutex([:])

    init(files: HostFiles) {
        self.files = files
    }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/stat"
        var times: [Measurement.Point] = []
        var guests: [Measurement.Point] = []
        for line in try files.fields(source) {
            guard line[0].hasPrefix("cpu"), line[0].count > 3 else { continue }
            let ticks = line.dropFirst().compactMap { UInt64($0) }
            guard ticks.count >= CPUTimeLedger.modes.count else { throw files.malformed(source, found: line.joined(separator: " ")) }
            let cpu = String(line[0].dropFirst(3))
            let steady = ledgers.withLock { ledgers in
                ledgers[cpu, default: CPUTimeLedger()].enter(ticks)
            }
            for (mode, ticks) in zip(CPUTimeLedger.modes, steady) {
                times.append(Measurement.Point(labels: ["cpu": cpu, "mode": mode], value: Double(ticks) / CPUTimeLedger.ticksPerSecond))
            }
            for (mode, ticks) in zip(["user", "nice"], steady.dropFirst(CPUTimeLedger.modes.count)) {
                guests.append(Measurement.Point(labels: ["cpu": cpu, "mode": mode], value: Double(ticks) / CPUTimeLedger.ticksPerSecond))
            }
        }
        return [
            Measurement("node_cpu_seconds_total", .counter, help: "Seconds that the processor spent in each mode.", points: times),
            Measurement(
                "node_cpu_guest_seconds_total", .counter,
                help: "Seconds that the processor spent in guests, which user and nice of node_cpu_seconds_total hold too.",
                points: guests),
        ]
    }
}

/// The times of one processor, kept from falling: the kernel may take back some idle or iowait ticks, which `rate()` would take for
/// a restart of the counter and answer with a spike.
struct CPUTimeLedger: Hashable, Sendable {
    /// The order of the columns in `/proc/stat`; guest and guest_nice may follow.
    static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
    /// `USER_HZ`, which is 100 on every architecture that Linux runs on today.
    static let ticksPerSecond = 100.0
    /// When idle time falls by more than this many ticks, the processor was taken out and put in again: everything restarts.
    private static let restartThreshold: UInt64 = 300
    private static let idle = 3

    private var highest: [UInt64] = []

    /// Takes what the kernel says now and returns what to report.
    mutating func enter(_ ticks: [UInt64]) -> [UInt64] {
        if highest.count != ticks.count || ticks[Self.idle] + Self.restartThreshold < highest[Self.idle] {
            highest = ticks
        } else {
            highest = zip(highest, ticks).map(max)
        }
        return highest
    }
}

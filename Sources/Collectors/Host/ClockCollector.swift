import CTimex
import Glibc
import PostwatchModel

/// How far the kernel takes its clock to be off, and whether anything keeps it right. Only as true as the daemon that disciplines the
/// clock: where none runs, the offset stays 0 and `node_timex_sync_status` is what tells. Source: adjtimex(2), RFC 5905.
struct ClockCollector: BlockingCollecting {
    let name = "timex"

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        // No mode is set: nothing is changed, and nobody has to be root.
        var clock = timex()
        let state = adjtimex(&clock)
        guard state >= 0 else { throw .unreadable(path: "adjtimex", reason: String(cString: strerror(errno))) }
        return Self.measurements(of: clock, state: state)
    }

    /// - Parameter state: What `adjtimex` returned.
    static func measurements(of clock: timex, state: Int32) -> [Measurement] {
        let offsetUnit = clock.status & STA_NANO == 0 ? 1e-6 : 1e-9
        return [
            Measurement(
                "node_timex_offset_seconds", .gauge, help: "How far the kernel still has to move its clock.",
                value: Double(clock.offset) * offsetUnit),
            Measurement(
                "node_timex_sync_status", .gauge, help: "Whether a time server keeps the clock right (1) or not (0).",
                value: state == TIME_ERROR ? 0 : 1),
            Measurement(
                "node_timex_maxerror_seconds", .gauge, help: "The largest error that the clock may have.",
                value: Double(clock.maxerror) * 1e-6),
            Measurement(
                "node_timex_estimated_error_seconds", .gauge, help: "The error that the clock probably has.",
                value: Double(clock.esterror) * 1e-6),
            Measurement("node_timex_status", .gauge, help: "The bits of the clock's status.", value: Double(clock.status)),
            Measurement(
                "node_timex_frequency_adjustment_ratio", .gauge,
                help: "How fast the clock is made to run; 1 is as fast as it does by itself.",
                value: 1 + Double(clock.freq) / scaledPartsPerMillion),
            Measurement(
                "node_timex_loop_time_constant", .gauge, help: "The time constant of the kernel's loop.", value: Double(clock.constant)),
            Measurement(
                "node_timex_tick_seconds", .gauge, help: "Time between two ticks of the clock.", value: Double(clock.tick) * 1e-6),
            Measurement(
                "node_timex_tai_offset_seconds", .gauge, help: "How far UTC is behind international atomic time.",
                value: Double(clock.tai)),
        ]
    }

    // MARK: - Private

    /// The kernel's unit of frequencies: a millionth, with 16 bits behind the point.
    private static let scaledPartsPerMillion = 1_000_000.0 * 65_536
}

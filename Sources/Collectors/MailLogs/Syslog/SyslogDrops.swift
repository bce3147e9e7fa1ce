import PostwatchModel

/// What was sent by syslog and not taken, or not whole.
struct SyslogDrops: Hashable, Sendable {
    /// Datagrams and connections of senders that are not allowed.
    var strangers = 0
    /// Counted lines whose connection ended within them.
    var unfinished = 0
    /// Lines of which only the beginning was taken.
    var cutLines = 0
    /// Datagrams that the system threw away.
    private(set) var overflows = 0
    /// What the system said last: it counts from 0 for each socket, and around at 2^32.
    private var systemCount: UInt32 = 0

    /// Another socket is open now.
    mutating func begin() {
        systemCount = 0
    }

    /// - Parameter count: what the system says for the socket that is open; `nil` when it said nothing, which is no count of 0.
    mutating func note(ofSystem count: UInt32?) {
        guard let count else { return }
        overflows += Int(count &- systemCount)
        systemCount = count
    }

    func measurements(at place: LabelSet) -> [Measurement] {
        let reasons = [("receive_buffer", overflows), ("sender", strangers), ("unfinished", unfinished)]
        return [
            Measurement(
                "postwatch_mail_log_dropped_total", .counter,
                help:
                    "What was sent and not taken: datagrams for which the system had no room (receive_buffer), datagrams and connections of "
                    + "senders that are not allowed (sender), lines whose connection ended within them (unfinished).",
                points: reasons.map { Measurement.Point(labels: place.merging(["reason": $0.0]), value: Double($0.1)) }),
            Measurement(
                "postwatch_mail_log_lines_cut_total", .counter, help: "Lines of which only the first 64 KiB were taken.",
                points: [Measurement.Point(labels: place, value: Double(cutLines))]),
        ]
    }
}

import Collectors
import Forwarding
import PostwatchModel

/// What an agent says of its own sending: how much waits, and all that was lost on the way.
struct ForwardingFigures: Sendable {
    /// Something that forwards.
    struct Line: Sendable {
        /// `samples` or `reports`.
        let cargo: String
        let url: String
        let status: @Sendable () -> ForwardingStatus
    }

    let lines: [Line]

    var measurements: [Measurement] {
        let statuses = lines.map { line in (labels: ["cargo": line.cargo, "url": line.url] as LabelSet, status: line.status()) }
        func counted(_ name: String, _ kind: Measurement.Kind, _ help: String, _ count: (ForwardingStatus) -> Int) -> Measurement {
            Measurement(
                name, kind, help: help,
                points: statuses.map { Measurement.Point(labels: $0.labels, value: Double(count($0.status))) })
        }
        let lost = statuses.flatMap { labels, status in
            [("full", status.dropped), ("refused", status.refused), ("damaged", status.damaged), ("unkept", status.unkept)].map {
                Measurement.Point(labels: labels.merging(["reason": $0.0]), value: Double($0.1))
            }
        }
        return [
            counted("postwatch_forwarding_sent_total", .counter, "Samples or reports that a receiver took.", \.sent),
            counted("postwatch_forwarding_pending", .gauge, "Samples or reports on disk that the receiver has not taken yet.", \.pending),
            counted("postwatch_forwarding_retries_total", .counter, "Requests that failed and are tried again.", \.retries),
            Measurement(
                "postwatch_forwarding_lost_total", .counter, help: "Samples or reports that no receiver will see.", points: lost),
        ]
    }
}

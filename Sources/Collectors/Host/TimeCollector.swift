import PostwatchModel

/// What this machine takes for the time: compared with when the server hears of it, it shows a clock that is wrong.
struct TimeCollector: Collecting {
    let name = "time"

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        [Measurement("node_time_seconds", .gauge, help: "The machine's time, in seconds since 1970.", value: moment.seconds)]
    }
}

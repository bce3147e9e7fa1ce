import Collectors
import PostwatchRuntime

extension Telemetry {
    /// The counters as an agent pushes them: nobody scrapes it.
    var measurements: [Measurement] {
        snapshot().map { Measurement($0.name, .counter, help: $0.help, points: [Measurement.Point(labels: [:], value: $0.value)]) }
    }
}

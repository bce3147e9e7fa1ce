import PostwatchModel

extension JourneyRunning {
    /// What stands in the books: totals by outcome, less what was corrected, and whatever else is not 0.
    func books(at clock: WallClock) -> [String: Double] {
        var books: [String: Double] = [:]
        for sample in liveSamples(at: clock.now) {
            let name = sample.labels["outcome"] ?? sample.labels.metricName
            books[name, default: 0] += sample.labels.metricName == "probe_messages_corrected_total" ? -sample.value : sample.value
        }
        return books.filter { $0.value != 0 }
    }
}

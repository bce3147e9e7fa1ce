import PostwatchModel

/// What an Unbound tells of itself in answer to `stats_noreset`, under unbound_exporter's names.
/// Source: unbound-control(8), "STATISTIC COUNTERS".
struct UnboundCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "Unbound"

    let name: String
    let settings: UnboundSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let connection = try ServiceConnection(settings.address, timeout: timeout, clock: clock)
        try connection.send("UBCT1 stats_noreset\n")
        let text = String(decoding: try connection.bytesToEnd(), as: UTF8.self)
        if text.hasPrefix("error") { throw .refused(service: "\(settings.address)", reason: String(text.prefix(200))) }
        let statistics = UnboundStatistics(text)
        guard statistics.isPlausible else { throw connection.malformed("\"\(text.prefix(60))\" in answer to stats_noreset") }
        return ([up(true)] + statistics.measurements).map { $0.labelled(settings.labels) }
    }
}

import PostwatchModel

/// Measures one service, and says in any case whether it told anything: `<kind>_up`.
protocol ServiceCollecting {
    associatedtype Settings: ServiceSettings

    var settings: Settings { get }
    /// The service as people call it: `Redis`.
    static var serviceName: String { get }
    /// Default: `<kind>_up`.
    static var upMetric: String { get }
    /// Default: that the service told how it is.
    static var upHelp: String { get }
}

extension ServiceCollecting {
    static var upMetric: String { "\(Settings.kind)_up" }
    static var upHelp: String { "Whether \(serviceName) told how it is (1) or not (0)." }

    func up(_ isUp: Bool) -> Measurement {
        Measurement(Self.upMetric, .gauge, help: Self.upHelp, value: isUp ? 1 : 0)
    }
}

extension Collecting where Self: ServiceCollecting {
    func measurements(after failure: CollectionFailure) -> [Measurement] { [up(false).labelled(settings.labels)] }
}

extension BlockingCollecting where Self: ServiceCollecting {
    func measurements(after failure: CollectionFailure) -> [Measurement] { [up(false).labelled(settings.labels)] }
}

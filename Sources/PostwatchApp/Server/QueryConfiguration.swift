import PostwatchModel
import PromQL

/// `promql`: what queries may do, and how much they may take.
struct QueryConfiguration: Sendable {
    /// Admits what Prometheus calls experimental functions and modifiers. Default: no.
    var allowsExperimental = false
    /// How long a query may take. Default: 2 min.
    var timeout: Duration = .seconds(120)
    var limits = QueryLimits()

    init() {}

    init(_ section: ConfigurationSection) {
        allowsExperimental = section.flag("experimental", default: false)
        timeout = section.duration("timeout", default: timeout, atLeast: .milliseconds(1))
        limits.lookback = section.duration("lookback_delta", default: limits.lookback, atLeast: .milliseconds(1))
        limits.maximumSamples = section.integer("max_samples", default: limits.maximumSamples, in: 1...Int(Int32.max))
    }
}

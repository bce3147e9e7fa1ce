import PostwatchModel

/// Looks at something outside of this node that must not be asked on every beat: certificates, what a domain publishes, blocklists.
protocol Surveying: Sendable {
    /// Looks once. Ends within the pace's timeout; what cannot be reached is a figure and a finding, never an error.
    func survey(at moment: Timestamp) async -> Survey
    /// What is known when surveys come to no end: `<kind>_up 0`.
    var figuresOfFailure: [Measurement] { get }
}

/// Does what a user does, once, with a stopwatch: the port between whatever keeps the beat and the journeys themselves.
public protocol JourneyRunning: Sendable {
    var name: String { get }
    /// The time between two starts.
    var interval: Duration { get }
    /// Never throws and always returns within the journey's timeout plus one second: a failure is a result.
    func run() async -> JourneyRun
    /// What is under way right now, such as the age of the oldest message that has not arrived: gauges that rise while
    /// a run is still waiting. Asked for on every beat, and in between.
    func liveSamples(at now: Timestamp) -> [Sample]
}

extension JourneyRunning {
    public func liveSamples(at now: Timestamp) -> [Sample] { [] }
}

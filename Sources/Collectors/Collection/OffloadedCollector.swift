import NIOPosix
import PostwatchModel

/// Measures one thing by calls that may block: reading files, asking a file system, waiting for a socket.
protocol BlockingCollecting: Sendable {
    var name: String { get }
    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement]
    /// What is known in spite of a failure. Default: nothing.
    func measurements(after failure: CollectionFailure) -> [Measurement]
    /// What people should know of what was measured last, one sentence each. Default: nothing.
    var findings: [String] { get }
}

extension BlockingCollecting {
    func measurements(after failure: CollectionFailure) -> [Measurement] { [] }
    var findings: [String] { [] }
}

/// Runs a blocking collector on threads of its own, so that a file system that hangs costs one of them and not the agent.
struct OffloadedCollector: Collecting {
    let collector: any BlockingCollecting
    let threads: NIOThreadPool

    var name: String { collector.name }
    var findings: [String] { collector.findings }

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        let result: Result<[Measurement], CollectionFailure>
        do {
            result = try await threads.runIfActive { [collector] in
                Result { () throws(CollectionFailure) in try collector.measure(at: moment) }
            }
        } catch {
            throw .stopped
        }
        return try result.get()
    }

    func measurements(after failure: CollectionFailure) -> [Measurement] {
        collector.measurements(after: failure)
    }
}

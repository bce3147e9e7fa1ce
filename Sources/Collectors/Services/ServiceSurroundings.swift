import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// What a collector of a service works with.
public struct ServiceSurroundings: Sendable {
    /// For one attempt, all in all.
    let timeout: Duration
    let world: World
    /// For calls that block.
    let threads: NIOThreadPool

    /// A collector whose calls may block.
    func offloaded(_ collector: any BlockingCollecting) -> any Collecting {
        OffloadedCollector(collector: collector, threads: threads)
    }
}

import Synchronization

/// Recent samples behind their lock. Never held over a system call or an `await`.
final class SharedRecentSamples: Sendable {
    private let samples: Mutex<RecentSamples>

    init(_ samples: consuming RecentSamples) {
        self.samples = Mutex(samples)
    }

    func withLock<Result: Sendable>(_ body: (inout RecentSamples) -> Result) -> Result {
        samples.withLock { body(&$0) }
    }
}

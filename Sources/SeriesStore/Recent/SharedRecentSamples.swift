import Synchronization

/// Recent samples behind their lock. Never held over a system call or an `await`, and only as long as a thousand samples take.
final class SharedRecentSamples: Sendable {
    private let samples: Mutex<RecentSamples>

    init(_ samples: consuming sending RecentSamples) {
        self.samples = Mutex(samples)
    }

    func withLock<Result: Sendable>(_ body: (inout RecentSamples) -> Result) -> Result {
        samples.withLock { body(&$0) }
    }
}

import PostwatchModel
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

    /// So many values are looked up at once before they are tried on a pattern.
    private static let valuesAtOnce = 1024

    /// The series that satisfy all `matchers`, rising. A pattern is tried on values without the lock: however slow it is, writers do not wait.
    /// The caller makes sure that nothing is forgotten meanwhile.
    /// - Parameter betweenSlices: called now and then, without the lock; what it throws ends the search.
    func numbers<Failure>(
        matching matchers: [LabelMatcher], betweenSlices: () throws(Failure) -> Void
    ) throws(Failure) -> ContiguousArray<UInt32> {
        var search = withLock { $0.beginSearch(matchers) }
        var values: [UnsafeRawBufferPointer] = []
        while let pairs = search.next(Self.valuesAtOnce) {
            values.removeAll(keepingCapacity: true)
            withLock { $0.appendValues(of: pairs, to: &values) }
            search.test(values)
            try betweenSlices()
        }
        let found = search
        return withLock { $0.numbers(of: found) }
    }
}

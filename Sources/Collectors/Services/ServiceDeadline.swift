import Glibc
import PostwatchModel

/// When an attempt must be over: everything that it waits for counts against one limit.
struct ServiceDeadline: Sendable {
    let timeout: Duration
    private let elapsed: @Sendable () -> Duration

    /// Starts now.
    init(_ timeout: Duration, clock: any Clock<Duration>) {
        self.timeout = timeout
        elapsed = clock.stopwatch()
    }

    /// What is left of it, never negative.
    var remaining: Duration { max(.zero, timeout - elapsed()) }

    /// Throws when it has passed.
    func check(_ what: String) throws(CollectionFailure) {
        guard elapsed() < timeout else { throw .timedOut(after: timeout, while: what) }
    }

    /// Waits until the descriptor is ready for one of the events, and returns what `poll(2)` found.
    /// - Parameter what: What is waited for, for the error.
    @discardableResult
    func wait(_ descriptor: Int32, _ events: Int16, _ what: String) throws(CollectionFailure) -> Int16 {
        while true {
            let limit = timeout - elapsed()
            var request = pollfd(fd: descriptor, events: events, revents: 0)
            // At least one millisecond: 0 would not wait at all, and a negative number for ever.
            let ready = limit > .zero ? poll(&request, 1, Int32(clamping: max(1, limit.wholeMilliseconds))) : 0
            if ready > 0 { return request.revents }
            if ready == 0 { throw .timedOut(after: timeout, while: what) }
            if errno != EINTR { throw .unreachable(socket: what, reason: String(cString: strerror(errno))) }
        }
    }
}

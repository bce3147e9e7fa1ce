import Synchronization

/// A request that is being answered, and why that ended.
final class WatchedRequest: Sendable {
    private enum State: Sendable {
        case running(CheckedContinuation<APIFailure?, Never>?)
        /// `nil`: by itself.
        case ended(APIFailure?)
    }

    /// The look at all requests at which its time is up.
    let lastLook: Int64
    let client: (any ClientConnection)?
    private let state = Mutex(State.running(nil))

    init(lastLook: Int64, client: (any ClientConnection)?) {
        self.lastLook = lastLook
        self.client = client
    }

    /// Says why it ends; the first reason counts, where `nil` stands for an answer.
    func end(_ reason: APIFailure?) {
        let waiting = state.withLock { state -> CheckedContinuation<APIFailure?, Never>? in
            guard case .running(let waiting) = state else { return nil }
            state = .ended(reason)
            return waiting
        }
        waiting?.resume(returning: reason)
    }

    /// Waits for that. To be called once.
    func ended() async -> APIFailure? {
        await withCheckedContinuation { continuation in
            let reason = state.withLock { state -> APIFailure?? in
                switch state {
                case .running:
                    state = .running(continuation)
                    return nil
                case .ended(let reason): return reason
                }
            }
            if let reason { continuation.resume(returning: reason) }
        }
    }
}

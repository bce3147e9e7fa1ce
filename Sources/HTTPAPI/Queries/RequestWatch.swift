import Synchronization

/// Ends what is done for requests once their time is up, or once nobody waits for it any more. Looks at all of them now and then: a timer
/// for each would cost more than most queries.
final class RequestWatch: Sendable {
    /// How soon it is noticed that time is up, or that a client went away.
    static let interval = Duration.milliseconds(250)

    /// The requests that are being answered, by number.
    private struct Round: Sendable {
        var requests: [UInt64: WatchedRequest] = [:]
        var nextNumber: UInt64 = 0
        /// How many times they were looked at.
        var looks: Int64 = 0
    }

    private let clock: any Clock<Duration>
    private let executor: any TaskExecutor
    private let round = Mutex(Round())

    /// - Parameter executor: runs the work.
    init(clock: any Clock<Duration>, executor: any TaskExecutor = globalConcurrentExecutor) {
        self.clock = clock
        self.executor = executor
    }

    /// Looks at the requests until it is cancelled; then ends those that are left, since nobody would any more.
    /// Throws `CancellationError`.
    func look() async throws {
        defer { for request in round.withLock({ Array($0.requests.values) }) { request.end(Self.departure) } }
        while true {
            try await clock.sleep(for: Self.interval)
            let (looks, requests) = round.withLock { round in
                round.looks += 1
                return (round.looks, Array(round.requests.values))
            }
            for request in requests {
                if request.lastLook <= looks {
                    request.end(Self.timeout)
                } else if let client = request.client, !client.isOpen {
                    request.end(Self.departure)
                }
            }
        }
    }

    /// Does `work` away from the thread that reads and writes connections. Throws `APIFailure` of the kinds `timeout` and `canceled`, and
    /// what `work` throws. The work is canceled then, and has ended.
    /// - Parameters:
    ///   - time: up to two intervals more may pass.
    ///   - client: `nil` when it cannot be known whether the client is still there.
    func run<Value: Sendable>(
        within time: Duration, for client: (any ClientConnection)?, _ work: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        guard time > .zero else { throw Self.timeout }
        let (number, request) = enter(time, client)
        defer { round.withLock { $0.requests[number] = nil } }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(executorPreference: executor) {
                defer { request.end(nil) }
                return try await work()
            }
            let reason = await request.ended()
            if reason != nil { group.cancelAll() }
            let result = await group.nextResult()
            if let reason { throw reason }
            guard let result else { preconditionFailure("a group with one task has a result") }
            return try result.get()
        }
    }

    // MARK: - Private

    private static let timeout = APIFailure(.timeout, "query timed out in expression evaluation")
    private static let departure = APIFailure(.canceled, "query was canceled in expression evaluation")

    private func enter(_ time: Duration, _ client: (any ClientConnection)?) -> (UInt64, WatchedRequest) {
        // The next look may be at once.
        let looks = Int64(min((time / Self.interval).rounded(.up), 0x1p53)) + 1
        return round.withLock { round in
            let request = WatchedRequest(lastLook: round.looks + looks, client: client)
            let number = round.nextNumber
            round.nextNumber += 1
            round.requests[number] = request
            return (number, request)
        }
    }
}

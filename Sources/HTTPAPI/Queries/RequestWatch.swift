import Synchronization

/// Ends what is done for requests once their time is up, or once nobody waits for them any more. Looks at all of them now and then: a
/// timer for each would cost more than most queries.
final class RequestWatch: Sendable {
    /// How soon it is noticed that the client went away.
    private static let interval = Duration.milliseconds(250)

    fileprivate struct Entry: Sendable {
        var rest: Duration
        /// `nil` when it cannot be known whether the client is still there.
        let client: (any ClientConnection)?
        let cancel: @Sendable () -> Void
        /// Why it was ended.
        var verdict: APIFailure?
    }

    fileprivate struct State: Sendable {
        var entries: [UInt64: Entry] = [:]
        var nextNumber: UInt64 = 0
        var isTicking = false
    }

    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(clock: any Clock<Duration>) {
        self.clock = clock
    }

    /// Throws `APIFailure` of the kinds `timeout` and `canceled`, and what `work` throws. The work is canceled then, and has ended.
    /// - Parameter time: a quarter of a second more may pass.
    func run<Value: Sendable>(
        within time: Duration, for client: (any ClientConnection)?, _ work: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        guard time > .zero else { throw Self.timeout }
        let task = Task { try await work() }
        let number = enter(Entry(rest: time, client: client, cancel: { task.cancel() }))
        defer { state.withLock { $0.entries[number] = nil } }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw state.withLock { $0.entries[number]?.verdict } ?? error
        }
    }

    // MARK: - Private

    fileprivate static let timeout = APIFailure(.timeout, "query timed out in expression evaluation")
    fileprivate static let departure = APIFailure(.canceled, "query was canceled in expression evaluation")

    private func enter(_ entry: Entry) -> UInt64 {
        let (number, mustTick) = state.withLock { state in
            let number = state.nextNumber
            state.nextNumber += 1
            state.entries[number] = entry
            defer { state.isTicking = true }
            return (number, !state.isTicking)
        }
        if mustTick { Task { await tick() } }
        return number
    }

    /// Looks at the requests until there are none.
    private func tick() async {
        while true {
            let (wait, numbers) = state.withLock { state -> (Duration?, [UInt64]) in
                guard let least = state.entries.values.map(\.rest).min() else {
                    state.isTicking = false
                    return (nil, [])
                }
                return (max(.milliseconds(1), min(least, Self.interval)), Array(state.entries.keys))
            }
            guard let wait else { return }
            try? await clock.sleep(for: wait)
            for cancel in state.withLock({ $0.age(numbers, by: wait) }) { cancel() }
        }
    }
}

extension RequestWatch.State {
    /// Gives what cancels those that end now.
    fileprivate mutating func age(_ numbers: [UInt64], by wait: Duration) -> [@Sendable () -> Void] {
        var ended: [@Sendable () -> Void] = []
        for number in numbers {
            guard var entry = entries[number], entry.verdict == nil else { continue }
            entry.rest -= wait
            if let client = entry.client, !client.isOpen {
                entry.verdict = RequestWatch.departure
            } else if entry.rest <= .zero {
                entry.verdict = RequestWatch.timeout
            }
            if entry.verdict != nil {
                // Looked at no more, but there until the work has ended.
                entry.rest = .seconds(86_400)
                ended.append(entry.cancel)
            }
            entries[number] = entry
        }
        return ended
    }
}

/// Ends what is done for a request once its time is up, or once nobody waits for it any more.
struct RequestWatch: Sendable {
    /// How soon it is noticed that the client went away.
    private static let interval = Duration.milliseconds(250)

    let time: Duration
    /// `nil` when it cannot be known whether the client is still there.
    let client: (any ClientConnection)?
    let clock: any Clock<Duration>

    /// Throws `APIFailure` of the kinds `timeout` and `canceled`, and what `work` throws. The work is canceled then, and has ended.
    func run<Value: Sendable>(_ work: @Sendable @escaping () async throws -> Value) async throws -> Value {
        guard time > .zero else { throw timeout }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: work)
            group.addTask { throw try await end() }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { preconditionFailure("a group with two tasks has a first result") }
            return value
        }
    }

    // MARK: - Private

    private var timeout: APIFailure { APIFailure(.timeout, "query timed out in expression evaluation") }

    /// Waits for what ends the work. Throws `CancellationError` when the work is done before.
    private func end() async throws -> APIFailure {
        var rest = time
        while rest > .zero {
            let wait = min(rest, Self.interval)
            try await clock.sleep(for: wait)
            rest -= wait
            if let client, !client.isOpen { return APIFailure(.canceled, "query was canceled in expression evaluation") }
        }
        return timeout
    }
}

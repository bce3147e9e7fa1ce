import Hummingbird
import Synchronization

/// Hands requests to what answers them now. While the services start anew that is nobody: then requests wait, and connections stay.
final class Switchboard: Sendable {
    typealias Responder = RouterResponder<ServerRequestContext>

    /// What answers until the services end, and the requests that it has not answered yet.
    final class Line: Sendable {
        private struct Calls: Sendable {
            var count = 0
            var isClosed = false
            var quiet: CheckedContinuation<Void, Never>?
        }

        fileprivate let responder: Responder
        private let calls = Mutex(Calls())

        fileprivate init(_ responder: Responder) {
            self.responder = responder
        }

        /// Whether somebody else answers now.
        var isClosed: Bool { calls.withLock { $0.isClosed } }

        /// False when somebody else answers now.
        fileprivate func enter() -> Bool {
            calls.withLock { calls in
                if !calls.isClosed { calls.count += 1 }
                return !calls.isClosed
            }
        }

        fileprivate func leave() {
            let quiet = calls.withLock { calls in
                calls.count -= 1
                return calls.count == 0 ? calls.quiet.take() : nil
            }
            quiet?.resume()
        }

        /// Takes no further requests and waits until those that it has are answered, or until it is cancelled.
        fileprivate func close() async {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let mustWait = calls.withLock { calls in
                        calls.isClosed = true
                        guard calls.count > 0, !Task.isCancelled else { return false }
                        calls.quiet = continuation
                        return true
                    }
                    if !mustWait { continuation.resume() }
                }
            } onCancel: {
                calls.withLock { $0.quiet.take() }?.resume()
            }
        }
    }

    private struct State: Sendable {
        var line: Line?
        /// At most as many as there are connections.
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextNumber: UInt64 = 0
        /// Nobody waits any more: the process ends.
        var isEnding = false
    }

    private let state = Mutex(State())

    /// Answers requests with `responder` until `end` returns, and then those that have come by then.
    func serve(_ responder: Responder, until end: () async -> Void) async {
        let line = Line(responder)
        let waiting = state.withLock { state in
            state.line = line
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume() }
        await end()
        state.withLock { $0.line = nil }
        await line.close()
    }

    /// From now on requests wait for nobody: those that nobody can answer now are refused.
    func endWaiting() {
        let waiting = state.withLock { state in
            state.isEnding = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume() }
    }

    /// Waits until somebody answers, or nobody will any more; says which.
    func isServed() async -> Bool {
        guard let line = await line() else { return false }
        line.leave()
        return true
    }

    /// Calls `answer` with what answers now; `nil` when nobody will any more.
    func withLine<Value>(_ answer: (Line, Responder) async throws -> Value) async rethrows -> Value? {
        guard let line = await line() else { return nil }
        defer { line.leave() }
        return try await answer(line, line.responder)
    }

    // MARK: - Private

    /// Entered, so that it must be left.
    private func line() async -> Line? {
        while true {
            let (line, mayWait) = state.withLock { ($0.line, !$0.isEnding) }
            if let line, line.enter() { return line }
            guard mayWait, !Task.isCancelled else { return nil }
            await next()
        }
    }

    /// Waits for the next change.
    private func next() async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.line?.isClosed != false, !state.isEnding, !Task.isCancelled else { return false }
                    state.waiting[number] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}

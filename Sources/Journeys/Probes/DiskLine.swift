import NIOCore
import Synchronization

/// Lets runs wait for the disk, none longer than it may: one call is under way at a time, and those who come meanwhile share the next.
/// Whoever gives up leaves nothing behind, so a disk that hangs costs one task, however long it does and however many ask.
final class DiskLine<Request: Sendable, Answer: Sendable>: Sendable {
    private typealias Verdict = FirstAnswer<Result<Answer, any Error>>

    private struct State {
        /// By the order in which they came.
        var waiting: [Int: (request: Request, verdict: Verdict)] = [:]
        /// Those for whom the call under way was made.
        var asked: [Int: Verdict] = [:]
        var lastNumber = 0
        var isAtWork = false
    }

    private let call: @Sendable ([Request]) async throws -> Answer
    private let state = Mutex(State())

    /// - Parameter call: answers all of the requests together. It need not end.
    init(_ call: @escaping @Sendable ([Request]) async throws -> Answer) {
        self.call = call
    }

    /// The answer of a call that began after this. Throws what the call throws, `DiskSilent` at `deadline`, and `CancellationError` at once
    /// when the task is cancelled, whatever the call does.
    func ask(_ request: Request, before deadline: NIODeadline, on loop: any EventLoop) async throws -> Answer {
        let verdict = Verdict()
        let alarm = loop.scheduleTask(deadline: deadline) { verdict.give(.failure(DiskSilent())) }
        let number = enter(request, verdict)
        defer {
            alarm.cancel()
            leave(number)
        }
        return try await withTaskCancellationHandler {
            await verdict.wait()
        } onCancel: {
            verdict.give(.failure(CancellationError()))
        }.get()
    }

    // MARK: - Private

    private func enter(_ request: Request, _ verdict: Verdict) -> Int {
        let (number, isIdle) = state.withLock { state in
            state.lastNumber += 1
            state.waiting[state.lastNumber] = (request, verdict)
            defer { state.isAtWork = true }
            return (state.lastNumber, !state.isAtWork)
        }
        // No child of whoever asks: a group waits for all of its children, and this one may hang.
        if isIdle { Task { await work() } }
        return number
    }

    private func leave(_ number: Int) {
        state.withLock { state in
            state.waiting[number] = nil
            state.asked[number] = nil
        }
    }

    /// Until nobody waits.
    private func work() async {
        while let requests = takeRequests() {
            let result: Result<Answer, any Error>
            do {
                result = .success(try await call(requests))
            } catch {
                result = .failure(error)
            }
            let verdicts = state.withLock { state in
                defer { state.asked = [:] }
                return Array(state.asked.values)
            }
            for verdict in verdicts { verdict.give(result) }
        }
    }

    private func takeRequests() -> [Request]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isAtWork = false
                return nil
            }
            state.asked = state.waiting.mapValues(\.verdict)
            defer { state.waiting = [:] }
            return state.waiting.sorted { $0.key < $1.key }.map(\.value.request)
        }
    }
}

/// The disk did not answer in the time that there was.
struct DiskSilent: Error, Hashable, CustomStringConvertible {
    var description: String { "the disk did not answer in time" }
}

import Dispatch
import PostwatchModel
import Synchronization

@testable import Collectors

/// Answers, fails or hangs, as told.
final class FakeCollector: Collecting {
    enum Behaviour: Sendable {
        case answers
        case fails(CollectionFailure)
        /// Until the gate is opened, and deaf to cancellation.
        case hangs(Gate)
    }

    let name: String
    private let behaviour: Behaviour
    private let count = Mutex(0)

    init(_ name: String, _ behaviour: Behaviour = .answers) {
        self.name = name
        self.behaviour = behaviour
    }

    var attempts: Int { count.withLock { $0 } }

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        count.withLock { $0 += 1 }
        switch behaviour {
        case .answers: break
        case .fails(let failure): throw failure
        case .hangs(let gate): await gate.pass()
        }
        return [Measurement("fake_value", .gauge, help: "", points: [.init(labels: ["collector": name], value: 1)])]
    }

    func measurements(after failure: CollectionFailure) -> [Measurement] {
        [Measurement("fake_up", .gauge, help: "", points: [.init(labels: ["collector": name], value: 0)])]
    }
}

/// Blocks its thread until the gate is opened.
struct BlockingCollector: BlockingCollecting {
    let name: String
    let gate: Gate

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        gate.block()
        return []
    }
}

/// Holds up those who come to it until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let barrier = DispatchSemaphore(value: 0)

    /// Waits until the gate is open; cancellation does not help.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Blocks the calling thread until the gate is open.
    func block() {
        barrier.wait()
        barrier.signal()
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
        barrier.signal()
    }
}

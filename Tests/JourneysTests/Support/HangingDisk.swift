import PostwatchModel
import TestSupport

/// Takes everything in, never says that it is written, and cannot be called off.
final class HangingDisk: ProbeRecording {
    let flushes = Shared<[CheckedContinuation<Void, Never>]>([])
    let readings = Shared<[CheckedContinuation<Void, Never>]>([])

    func account(of journey: String, vantage: String) throws -> ProbeAccount { ProbeAccount() }
    func note(_ change: ProbeChange) {}

    func flush() async throws {
        await withCheckedContinuation { continuation in flushes.withLock { $0.append(continuation) } }
    }

    func probes(_ ids: [String]) async throws -> [ProbeRecord] {
        await withCheckedContinuation { continuation in readings.withLock { $0.append(continuation) } }
        return []
    }

    /// At the end of the test.
    func release() {
        for line in [flushes, readings] {
            for continuation in line.value { continuation.resume() }
            line.withLock { $0 = [] }
        }
    }
}

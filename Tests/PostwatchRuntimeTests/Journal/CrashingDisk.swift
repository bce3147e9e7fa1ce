import Foundation
import PostwatchRuntime
import Synchronization
import TestSupport

/// A disk whose calls fail now and then, and that knows what a power cut would leave of each file: what was synced, and any part of
/// what was written or cut off since. Names of files count as durable at once.
final class CrashingDisk: Sendable {
    private struct State {
        var random: SeededGenerator
        /// By name of the file.
        var synced: [String: [UInt8]]
    }

    private let directory: TestDirectory
    /// One call in so many fails.
    private let failureInterval: Int
    private let beforeEachCall: @Sendable () -> Void
    private let state: Mutex<State>

    /// The last segment that is in `directory` now counts as written and not synced, as a killed process may leave it.
    init(directory: TestDirectory, seed: UInt64, failureInterval: Int, beforeEachCall: @escaping @Sendable () -> Void = {}) {
        self.directory = directory
        self.failureInterval = failureInterval
        self.beforeEachCall = beforeEachCall
        var synced: [String: [UInt8]] = [:]
        for name in directory.names.dropLast() { synced[name] = try? directory.bytes(of: name) }
        state = Mutex(State(random: SeededGenerator(seed: seed), synced: synced))
    }

    var disk: JournalDisk {
        JournalDisk(
            write: { descriptor, bytes in
                self.beforeEachCall()
                // A full disk takes a part first.
                if let part = self.failing(upTo: bytes.count) {
                    if part > 0 { return JournalDisk.live.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<part])) }
                    errno = ENOSPC
                    return -1
                }
                return JournalDisk.live.write(descriptor, bytes)
            },
            sync: { descriptor in
                self.beforeEachCall()
                if self.failing(upTo: 0) != nil {
                    errno = EIO
                    return -1
                }
                self.noteSync(descriptor)
                return 0
            },
            truncate: { descriptor, bytes in
                self.beforeEachCall()
                if self.failing(upTo: 0) != nil {
                    errno = EIO
                    return -1
                }
                return JournalDisk.live.truncate(descriptor, bytes)
            })
    }

    /// What one power cut would leave.
    func powerCut() throws -> TestDirectory {
        let image = TestDirectory()
        for name in directory.names {
            let written = try directory.bytes(of: name)
            let left = state.withLock { state in
                let synced = state.synced[name] ?? []
                guard written.starts(with: synced) else { return Bool.random(using: &state.random) ? written : synced }
                return Array(written.prefix(Int.random(in: synced.count...written.count, using: &state.random)))
            }
            try image.write(left, to: name)
        }
        return image
    }

    // MARK: - Private

    /// `nil` when the call is to succeed.
    private func failing(upTo limit: Int) -> Int? {
        state.withLock { state in
            Int.random(in: 0..<failureInterval, using: &state.random) == 0 ? Int.random(in: 0...limit, using: &state.random) : nil
        }
    }

    private func noteSync(_ descriptor: Int32) {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)") else { return }
        let name = (path as NSString).lastPathComponent
        // A removed file has no name to be found by.
        guard let bytes = try? directory.bytes(of: name) else { return }
        state.withLock { $0.synced[name] = bytes }
    }
}

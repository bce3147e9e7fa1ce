import Dispatch
import PostwatchModel
import Synchronization

/// Takes the journal in when the store is opened, on two threads: the caller's unpacks records, another one puts them into memory in
/// their order. Waiting until a server is ready is waiting for this.
final class IntakeReplay: Sendable {
    struct Report: Sendable {
        var samples = 0
        var unreadableRecords = 0
        /// To be done in day files too: a crash may have come before.
        var deletions: [DeletionRecord] = []
    }

    /// Records that are unpacked and not in memory yet.
    private static let recordsAhead = 4

    private let memory: SharedRecentSamples
    private let queue = DispatchQueue(label: "postwatch.series.replay")
    private let room = DispatchSemaphore(value: recordsAhead)
    private let idle = Mutex<[IntakeRequest]>([])
    private let report = Mutex(Report())

    init(into memory: SharedRecentSamples) {
        self.memory = memory
    }

    /// The next record. Returns before it is in memory.
    func take(_ record: UnsafeRawBufferPointer) {
        if let deletion = DeletionRecord(record) {
            queue.async { self.apply(deletion) }
            return
        }
        room.wait()
        let request = idle.withLock { $0.popLast() } ?? IntakeRequest()
        guard SeriesIntake.unpack(record, into: request) else {
            report.withLock { $0.unreadableRecords += 1 }
            room.signal()
            return
        }
        queue.async {
            self.memory.withLock { SeriesIntake.applyAgain(request, to: &$0) }
            self.report.withLock { $0.samples += request.columns.timestamps.count + request.histograms.count }
            self.idle.withLock { $0.append(request) }
            self.room.signal()
        }
    }

    /// Waits until all is in memory.
    func finish() -> Report {
        queue.sync {}
        return report.withLock { $0 }
    }

    // MARK: - Private

    private func apply(_ deletion: DeletionRecord) {
        memory.withLock { recent in
            for number in recent.numbers(matching: deletion.matchers) {
                _ = recent.remove(number, from: deletion.range.lowerBound, through: deletion.range.upperBound)
            }
        }
        report.withLock { $0.deletions.append(deletion) }
    }
}

import Foundation
import PostwatchModel
import PostwatchRuntime

/// What is done to whole files, by callers that may block. A file that turns out damaged is set aside, and a new one takes its place.
extension DayFileShelf {
    /// Gives `body` the file of `span`, which is made when there is none; a second time when it had to be set aside meanwhile, so that
    /// nothing that is written goes with it.
    func withFile(
        of span: StoredSpan, _ body: (DayFile) throws(SeriesStoreFailure) -> Void
    ) throws(SeriesStoreFailure) {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            try keepSummariesOfMissing(span)
            let opened = try self.file(of: span)
            file = opened
            try body(opened)
            if opened.isInPlace { return }
        } catch {
            guard error.path == "\(directory)/\(span.fileName)" else { throw error }
            switch error {
            case .damaged(_, let reason): try setAside(span, file: file, reason: reason)
            case .foreign(_, let reason): try setAside(span, file: file, fault: .foreign, reason: reason)
            case .locked, .diskFull, .unusable, .timestampOutOfRange, .tooLarge, .closed: throw error
            }
        }
        try keepSummariesOfMissing(span)
        try body(self.file(of: span))
    }

    /// The same for a file that is there; does nothing when it is not. One of another release is passed over.
    func withExistingFile(
        of span: StoredSpan, _ body: (DayFile) throws(SeriesStoreFailure) -> Void
    ) throws(SeriesStoreFailure) {
        guard contains(span) else { return }
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            let opened = try self.file(of: span)
            file = opened
            try body(opened)
        } catch {
            guard error.path == "\(directory)/\(span.fileName)" else { throw error }
            switch error {
            case .damaged(_, let reason): try setAside(span, file: file, reason: reason)
            case .foreign(_, let reason): noteForeign(span.fileName, reason: reason)
            case .locked, .diskFull, .unusable, .timestampOutOfRange, .tooLarge, .closed: throw error
            }
        }
    }

    /// The time of the newest sample in any file, in milliseconds; `nil` when there is none.
    func newestTimestamp() throws(SeriesStoreFailure) -> Int64? {
        var newest: Int64?
        for day in days.reversed() where newest == nil {
            try withExistingFile(of: .day(day)) { file throws(SeriesStoreFailure) in newest = try file.newestTimestamp() }
        }
        return newest
    }

    /// What a deletion did to some files.
    struct Deletion: Sendable {
        /// Samples that are gone.
        var samples = 0
        /// Files that could not be changed: there it is still to be done.
        var failures: [(span: StoredSpan, failure: SeriesStoreFailure)] = []
    }

    /// Deletes in those of `spans` that the deletion reaches: samples in its range, and summaries whose last sample lies in it. A file that
    /// cannot be changed does not keep it from the others.
    func delete(_ deletion: DeletionRecord, in spans: [StoredSpan]) -> Deletion {
        var report = Deletion()
        for span in spans where span.start <= deletion.range.upperBound && span.end >= deletion.range.lowerBound {
            do throws(SeriesStoreFailure) {
                report.samples += try swaps.during { () throws(SeriesStoreFailure) in try delete(deletion, in: span) }
            } catch {
                report.failures.append((span, error))
            }
        }
        return report
    }

    /// What a file occupies on disk.
    func bytes(of span: StoredSpan) throws(SeriesStoreFailure) -> Int {
        var bytes = 0
        for suffix in ["", "-wal"] {
            var status = stat()
            let path = "\(directory)/\(span.fileName)\(suffix)"
            if stat(path, &status) == 0 {
                bytes += Int(status.st_size)
            } else if errno != ENOENT {
                throw SeriesStoreFailure(SystemError(errno, "look at", path))
            }
        }
        return bytes
    }

    // MARK: - Private

    /// Before a day gets a new file: what is in that one came later than what its summaries know, and is not all that there was.
    /// While a day has no file, nothing has to be said.
    private func keepSummariesOfMissing(_ span: StoredSpan) throws(SeriesStoreFailure) {
        guard case .day(let day) = span, !contains(span) else { return }
        for resolution in Resolution.allCases {
            try withExistingFile(of: .month(Month(containing: day), resolution)) { file throws(SeriesStoreFailure) in
                guard try file.ledger()[day] != nil else { return }
                try file.changeLedger { try $0.keep(day) }
            }
        }
    }

    /// How many samples are gone; those of summaries do not count.
    private func delete(_ deletion: DeletionRecord, in span: StoredSpan) throws(SeriesStoreFailure) -> Int {
        let columns = SummaryColumn.matchers(deletion.matchers, columns: SummaryColumn.allCases)
        guard let matchers = span.isMonth ? columns : deletion.matchers else { return 0 }
        if case .day(let day) = span { try noteChange(by: deletion, on: day) }
        var samples = 0
        try withExistingFile(of: span) { file throws(SeriesStoreFailure) in
            let report = try file.delete(matchers, from: deletion.range.lowerBound, through: deletion.range.upperBound)
            noteDamagedBlocks(report.damagedBlocks, of: span)
            if !span.isMonth { samples = report.samples }
        }
        return samples
    }
}

import Foundation
import PostwatchModel
import PostwatchRuntime

/// What is done to whole files, by callers that may block. A file that turns out damaged is set aside, and a new one takes its place.
extension DayFileShelf {
    func withFile(
        of day: Day, _ body: (DayFile) throws(SeriesStoreFailure) -> Void
    ) throws(SeriesStoreFailure) {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            let opened = try self.file(of: day)
            file = opened
            try body(opened)
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try setAside(day, file: file, reason: reason)
            try body(self.file(of: day))
        }
    }

    /// The time of the newest sample in any file, in milliseconds; `nil` when there is none.
    func newestTimestamp() throws(SeriesStoreFailure) -> Int64? {
        var newest: Int64?
        for day in days.reversed() where newest == nil {
            try withFile(of: day) { file throws(SeriesStoreFailure) in newest = try file.newestTimestamp() }
        }
        return newest
    }

    /// Deletes in all files that the deletion reaches. Returns how many samples are gone.
    func delete(_ deletion: DeletionRecord) throws(SeriesStoreFailure) -> Int {
        var samples = 0
        for day in days where day.start <= deletion.range.upperBound && day.end >= deletion.range.lowerBound {
            try withFile(of: day) { file throws(SeriesStoreFailure) in
                let report = try file.delete(deletion.matchers, from: deletion.range.lowerBound, through: deletion.range.upperBound)
                noteDamagedBlocks(report.damagedBlocks, of: day)
                samples += report.samples
            }
        }
        return samples
    }

    /// What the file of a day occupies on disk.
    func bytes(of day: Day) throws(SeriesStoreFailure) -> Int {
        var bytes = 0
        for suffix in ["", "-wal"] {
            var status = stat()
            let path = "\(directory)/\(day.fileName)\(suffix)"
            if stat(path, &status) == 0 {
                bytes += Int(status.st_size)
            } else if errno != ENOENT {
                throw SeriesStoreFailure(SystemError(errno, "look at", path))
            }
        }
        return bytes
    }
}

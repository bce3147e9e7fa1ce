import Foundation
import GRDB
import PostwatchRuntime

extension StoreDirectory {
    /// Reads every byte: all checksums, all chunks, each block against its row, SQLite's own check, every record of the journal.
    /// Blocks. What cannot be read, for whatever reason, is a fault, and the rest is read.
    public func verify() throws(SeriesStoreFailure) -> StoreVerification {
        var verification = StoreVerification()
        // The journal first: a flush that ends in between removes segments whose samples are then in day files.
        try verifyJournal(into: &verification)
        for name in try dayFileNames() {
            do throws(SeriesStoreFailure) {
                guard let found = try reader(of: name).read(Self.verify) else { continue }
                verification.blocks += found.blocks
                verification.samples += found.samples
                verification.faults += found.faults.map { .init(file: name, text: $0) }
            } catch {
                verification.faults.append(.init(file: name, text: "it cannot be read: \(error.reason)"))
            }
            verification.dayFiles += 1
        }
        for name in try setAsideNames() {
            verification.faults.append(.init(file: name, text: "it was found damaged earlier and set aside; no query reads it"))
        }
        return verification
    }

    // MARK: - Private

    private func verifyJournal(into verification: inout StoreVerification) throws(SeriesStoreFailure) {
        let numbers = try journalSegments()
        let request = IntakeRequest()
        for number in numbers {
            let path = JournalSegment.path(number, in: self.path)
            let name = (path as NSString).lastPathComponent
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try Directory.contents(of: path)
            } catch {
                if error.code == ENOENT { continue }
                throw SeriesStoreFailure(error)
            }
            verification.journalSegments += 1
            if let version = JournalSegment.foreignVersion(of: bytes) {
                verification.faults.append(.init(file: name, text: "it is of version \(version), which this release cannot read"))
                continue
            }
            let reading = bytes.withUnsafeBytes { buffer in
                JournalSegment.read(buffer, path: path) { record, offset in
                    guard !Self.isReadable(record, through: request) else { return }
                    verification.faults.append(.init(file: name, text: "the record at byte \(offset) is sound and cannot be understood"))
                }
            }
            verification.journalRecords += reading.records
            for damage in reading.damage {
                verification.faults.append(.init(file: name, text: "\(damage.bytes) bytes from byte \(damage.offset) on are damaged"))
            }
            if number == numbers.last {
                verification.unfinishedBytes += reading.tornBytes
            } else if reading.tornBytes > 0 {
                verification.faults.append(.init(file: name, text: "its last \(reading.tornBytes) bytes are damaged"))
            }
        }
    }

    private static func isReadable(_ record: UnsafeRawBufferPointer, through request: IntakeRequest) -> Bool {
        guard record.first == SeriesIntake.recordKind else { return DeletionRecord(record) != nil }
        let block = UnsafeRawBufferPointer(rebasing: record.dropFirst())
        return (try? request.take(block: block, limit: SeriesIntake.contentLimit)) != nil
    }

    private static func verify(_ file: DatabaseQueue) throws -> DayFile.Verification {
        try file.read { database in
            var verification = DayFile.Verification()
            let decompressor = ZstandardDecompressor()
            let rows = try Row.fetchCursor(
                database, sql: "SELECT id, first, last, first_metric, last_metric, series, samples FROM blocks NOT INDEXED ORDER BY id")
            while let row = try rows.next() {
                let id: DayFile.BlockNumber = try row.checked(0)
                let said = BlockSummary(
                    first: try row.checked(1), last: try row.checked(2), firstMetric: try row.checked(3),
                    lastMetric: try row.checked(4), series: try row.checked(5), samples: try row.checked(6))
                verification.blocks += 1
                guard let found = try BlockSummary(of: id, in: BlockTable(database), with: decompressor) else {
                    verification.faults.append("block \(id) cannot be read")
                    continue
                }
                verification.series += found.series
                verification.samples += found.samples
                if found != said { verification.faults.append("block \(id) does not hold what its row says") }
            }
            let answers = try String.fetchAll(database, sql: "PRAGMA integrity_check")
            if answers != ["ok"] { verification.faults += answers.map { "SQLite: \($0)" } }
            return verification
        }
    }
}

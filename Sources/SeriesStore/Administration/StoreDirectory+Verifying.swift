import Foundation
import PostwatchRuntime

extension StoreDirectory {
    /// Reads every byte: all checksums, all chunks, each block against its row, SQLite's own check, every record of the journal.
    /// Blocks. What cannot be read, for whatever reason, is a fault, and the rest is read.
    public func verify() throws(SeriesStoreFailure) -> StoreVerification {
        var verification = StoreVerification()
        // The journal first: a flush that ends in between removes segments whose samples are then in day files.
        try verifyJournal(into: &verification)
        for name in try fileNames() {
            do throws(SeriesStoreFailure) {
                guard let found = try reader(of: name).read({ try $0.read(DayFile.Verification.init) }) else { continue }
                verification.blocks += found.blocks
                verification.samples += found.samples
                verification.histograms += found.histograms
                verification.faults += found.faults.map { .init(file: name, text: $0) }
            } catch {
                verification.faults.append(.init(file: name, text: "it cannot be read: \(error.reason)"))
            }
            if StoredSpan(fileName: name)?.isMonth == true { verification.monthFiles += 1 } else { verification.dayFiles += 1 }
        }
        for name in try setAsideNames(.damaged) {
            verification.faults.append(.init(file: name, text: "it was found damaged earlier and set aside; no query reads it"))
        }
        for name in try setAsideNames(.foreign) {
            verification.faults.append(.init(file: name, text: "it is of another release and was set aside; no query reads it"))
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
        SeriesIntake.unpack(record, into: request) || DeletionRecord(record) != nil
    }
}

import Foundation
import PostwatchRuntime
import TestSupport
import Testing

@Suite("The numbers of journal segments")
struct JournalNumberingTests {
    let directory = TestDirectory()

    /// The segment of the next record.
    func nextSegment(firstSegment: Int = 1) async throws -> Int {
        let (journal, _) = try Journal.open(directory: directory.path, firstSegment: firstSegment) { _, _ in }
        let position = try await journal.append([1])
        await journal.close()
        return position.segment
    }

    @Test("start where the owner says, and go on from there")
    func firstSegment() async throws {
        #expect(try await nextSegment(firstSegment: 7) == 7)
        #expect(try await nextSegment(firstSegment: 7) == 8)
        #expect(try await nextSegment() == 9)
        #expect(try await nextSegment(firstSegment: 20) == 20)
    }

    @Test("are not used again for a segment that a crash left empty, however often the journal is opened")
    func emptySegment() async throws {
        #expect(try await nextSegment() == 1)
        try directory.write([], to: "journal-00000002.log")
        for _ in 0..<3 {
            let (journal, _) = try Journal.open(directory: directory.path) { _, _ in }
            await journal.close()
        }
        #expect(try await nextSegment() == 3)
    }

    @Test(
        "are read from names that the journal itself would give",
        arguments: [
            ("journal-00000001.log", 1), ("journal-123456789.log", 123_456_789), ("journal-1.log", nil), ("journal-00000000.log", nil),
            ("journal--0000001.log", nil), ("journal-+0000001.log", nil), ("journal-9223372036854775807.log", nil),
            ("journal-00000001.log.old", nil), ("records.sqlite", nil),
        ] as [(String, Int?)])
    func names(name: String, number: Int?) {
        #expect(JournalSegment.number(ofFile: name) == number)
    }

    @Test("of segments that are gone from the disk are forgotten with those below the limit")
    func removedByHand() async throws {
        let (journal, _) = try Journal.open(directory: directory.path) { _, _ in }
        try await journal.append([1])
        _ = await journal.rotate()
        try await journal.append([2])
        #expect(journal.oldestSegment == 1 && journal.newestSegment == 2)
        #expect(unlink("\(directory.path)/journal-00000001.log") == 0)
        try await journal.removeSegments(below: 2)
        #expect(journal.oldestSegment == 2)
        await journal.close()
    }
}

import Logging
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("The shelf of day files")
struct DayFileShelfTests {
    private let directory = TestDirectory()
    private let day = Day(number: 20_000)

    private func shelf() throws -> DayFileShelf {
        try DayFileShelf(directory: directory.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func batch(_ metric: String) -> SeriesBatch {
        var batch = SeriesBatch()
        batch.append(["__name__": metric], SampleColumns(timestamps: [day.start], values: [1]))
        return batch
    }

    @Test("counts a damaged block once, however often it is met, and no longer when its file is gone")
    func damagedBlocks() throws {
        let shelf = try shelf()
        _ = try shelf.file(of: day)
        shelf.noteDamagedBlocks([1, 2], of: day)
        shelf.noteDamagedBlocks([2, 3], of: day)
        shelf.noteDamagedBlocks([1], of: Day(number: 7))
        #expect(shelf.damagedBlocks == 4)
        try shelf.remove(day)
        #expect(shelf.damagedBlocks == 1)
    }

    @Test("sets a damaged file aside under a free name and goes on with a new one")
    func setAside() throws {
        let shelf = try shelf()
        for count in 1...2 {
            let file = try shelf.file(of: day)
            try file.write(batch("m"))
            try shelf.setAside(day, file: file, reason: "test")
            #expect(shelf.damagedFiles.count == count)
        }
        #expect(Set(shelf.damagedFiles) == ["\(day.fileName).damaged", "\(day.fileName).2.damaged"])
        #expect(try shelf.file(of: day).contents() == [:])
        #expect(try self.shelf().damagedFiles.count == 2)
    }

    @Test("answers queries while a write is under way")
    func readingBesideWriting() throws {
        let file = try shelf().file(of: day)
        try file.write(batch("first"))
        try file.write { appender in
            try batch("second").forEachInOrder { try appender.append(labels: $0, timestamps: $1, values: $2) }
            let found = try file.contents()
            #expect(Set(found.keys) == [["__name__": "first"]])
        }
        #expect(try file.contents().count == 2)
    }
}

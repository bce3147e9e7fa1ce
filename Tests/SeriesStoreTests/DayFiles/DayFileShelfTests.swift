import Foundation
import GRDB
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
        _ = try shelf.file(of: .day(day))
        shelf.noteDamagedBlocks([1, 2], of: .day(day))
        shelf.noteDamagedBlocks([2, 3], of: .day(day))
        shelf.noteDamagedBlocks([1], of: .day(Day(number: 7)))
        #expect(shelf.damagedBlocks == 4)
        try shelf.remove(.day(day))
        #expect(shelf.damagedBlocks == 1)
    }

    @Test("sets a damaged file aside under a free name and goes on with a new one")
    func setAside() throws {
        let shelf = try shelf()
        for count in 1...2 {
            let file = try shelf.file(of: .day(day))
            try file.write(batch("m"))
            try shelf.setAside(.day(day), file: file, reason: "test")
            #expect(shelf.damagedFiles.count == count)
        }
        #expect(Set(shelf.damagedFiles) == ["\(day.fileName).damaged", "\(day.fileName).2.damaged"])
        #expect(try shelf.file(of: .day(day)).contents() == [:])
        #expect(try self.shelf().damagedFiles.count == 2)
    }

    @Test("answers queries while a write is under way")
    func readingBesideWriting() throws {
        let file = try shelf().file(of: .day(day))
        try file.write(batch("first"))
        try file.write { appender in
            try batch("second").forEachInOrder { try appender.append(labels: $0, timestamps: $1, values: $2) }
            let found = try file.contents()
            #expect(Set(found.keys) == [["__name__": "first"]])
        }
        #expect(try file.contents().count == 2)
    }

    @Test("writes again what was written to a file that a query has set aside meanwhile")
    func setAsideDuringWrite() throws {
        let shelf = try shelf()
        var writes = 0
        try shelf.withFile(of: .day(day)) { file throws(SeriesStoreFailure) in
            try file.write(batch("m"))
            writes += 1
            if writes == 1 { try shelf.setAside(.day(day), file: file, reason: "test") }
        }
        #expect(writes == 2)
        #expect(try shelf.file(of: .day(day)).contents().count == 1)
    }

    @Test("sets only the file aside that was found damaged, not the one that has taken its place")
    func replaced() throws {
        let shelf = try shelf()
        let first = try shelf.file(of: .day(day))
        try shelf.setAside(.day(day), file: first, reason: "test")
        try shelf.file(of: .day(day)).write(batch("m"))
        // Not open any more, as after many others.
        shelf.closeAll()
        try shelf.setAside(.day(day), file: first, reason: "test")
        #expect(shelf.damagedFiles.count == 1)
        #expect(try shelf.file(of: .day(day)).contents().count == 1)
    }

    @Test("knows a file as long as it cannot be removed")
    func failedRemoval() throws {
        let shelf = try shelf()
        let name = day.fileName
        _ = try shelf.file(of: .day(day))
        shelf.closeAll()
        // A directory cannot be removed as a file.
        for file in directory.names { unlink("\(directory.path)/\(file)") }
        mkdir("\(directory.path)/\(name)", 0o700)
        #expect(throws: SeriesStoreFailure.self) { try shelf.remove(.day(day)) }
        #expect(shelf.days == [day])
        rmdir("\(directory.path)/\(name)")
        try shelf.remove(.day(day))
        #expect(shelf.days.isEmpty)
    }

    @Test("passes over a file of another release until it is written to, then sets it aside under a name of its own")
    func foreign() async throws {
        let shelf = try shelf()
        try shelf.file(of: .day(day)).write(batch("m"))
        try await shelf.file(of: .day(day)).pool.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        shelf.closeAll()
        #expect(try await shelf.existingFile(of: .day(day)) == nil)
        #expect(shelf.foreignFiles == [day.fileName])
        #expect(try shelf.newestTimestamp() == nil)
        #expect(directory.names.contains(day.fileName))
        try shelf.withFile(of: .day(day)) { file throws(SeriesStoreFailure) in try file.write(batch("n")) }
        #expect(shelf.foreignFiles == ["\(day.fileName).foreign"])
        #expect(try shelf.file(of: .day(day)).contents().keys.map(\.metricName) == ["n"])
        #expect(try self.shelf().foreignFiles == ["\(day.fileName).foreign"])
        #expect(shelf.damagedFiles.isEmpty)
    }
}

import Foundation
import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A damaged day file")
struct DayFileDamageTests {
    /// Two blocks: one of metric a, one of metric b.
    private func fixture() throws -> DayFileFixture {
        let fixture = try DayFileFixture()
        for metric in ["a", "b"] {
            var batch = SeriesBatch()
            for instance in 0..<3 {
                let times = (0..<20).map { fixture.day.start + $0 * 15_000 }
                batch.append(
                    ["__name__": metric, "instance": "mx-\(instance)"],
                    SampleColumns(timestamps: times, values: times.map { Double($0 % 77) }))
            }
            try fixture.file.write(batch)
        }
        return fixture
    }

    @Test("loses the series of the block in which any byte is flipped, says so, and answers the rest", arguments: ["labels", "data"])
    func flippedBytes(column: String) throws {
        let fixture = try fixture()
        let other = try fixture.file.contents([LabelMatcher("__name__", equals: "b")])
        let blob = try #require(try fixture.file.pool.read { try Data.fetchOne($0, sql: "SELECT \(column) FROM blocks WHERE id = 1") })
        for position in blob.indices {
            var flipped = blob
            flipped[position] ^= UInt8(1 << (position % 8))
            try set(column, flipped, in: fixture.file)
            let selection = try fixture.file.selectBlocking([], from: .min, through: .max)
            #expect(selection.damagedBlocks == [1], "byte \(position)")
            #expect(Contents(selection) == other, "byte \(position)")
            #expect(try fixture.file.verify().faults == ["block 1 cannot be read"])
        }
        // Cut off at every length.
        for length in 0..<blob.count {
            try set(column, blob.prefix(length), in: fixture.file)
            #expect(try fixture.file.selectBlocking([], from: .min, through: .max).damagedBlocks == [1])
        }
        // A query for the other metric does not meet it.
        #expect(try fixture.file.selectBlocking([LabelMatcher("__name__", equals: "b")], from: .min, through: .max).damagedBlocks == [])
    }

    @Test("keeps a block that cannot be read when it is merged, compacted or deleted from")
    func damageStays() throws {
        let fixture = try fixture()
        try set("data", Data([1, 2, 3]), in: fixture.file)
        let other = try fixture.file.contents([LabelMatcher("__name__", equals: "b")])
        #expect(try fixture.file.delete([], from: .min, through: fixture.day.start - 1).damagedBlocks == [])
        #expect(try fixture.file.delete([LabelMatcher("__name__", equals: "a")], from: .min, through: .max).damagedBlocks == [1])
        #expect(try fixture.file.compact() == [1])
        #expect(try fixture.file.compact() == [])
        let selection = try fixture.file.selectBlocking([], from: .min, through: .max)
        #expect(selection.damagedBlocks == [1])
        #expect(Contents(selection) == other)
    }

    @Test("keeps a block whose checksum is right and whose last chunk is not")
    func undecodableChunk() throws {
        let fixture = try fixture()
        let other = try fixture.file.contents([LabelMatcher("__name__", equals: "b")])
        let blob = try #require(try fixture.file.pool.read { try Data.fetchOne($0, sql: "SELECT data FROM blocks WHERE id = 1") })
        var content = try #require(blob.withUnsafeBytes { SealedBlob.open($0, as: .chunks, with: ZstandardDecompressor()) })
        let chunks = try #require(BlockChunks(content, series: 3))
        // The number of samples is the first byte of a chunk.
        content[try #require(chunks.entries(ofSeries: 2).first).range.lowerBound] += 1
        try set("data", Data(SealedBlob.seal(content, as: .chunks, with: ZstandardCompressor(level: 1))), in: fixture.file)
        #expect(try fixture.file.verify().faults == ["block 1 cannot be read"])
        #expect(try fixture.file.compact() == [1])
        let selection = try fixture.file.selectBlocking([], from: .min, through: .max)
        #expect(selection.damagedBlocks == [1])
        #expect(Contents(selection).filter([LabelMatcher("__name__", equals: "b")], from: .min, through: .max) == other)
        #expect(Contents(selection).count == 5)
    }

    @Test("does not hide that a row says something else than its block")
    func wrongRow() throws {
        let fixture = try fixture()
        try fixture.file.pool.write { try $0.execute(sql: "UPDATE blocks SET last = last - 1 WHERE id = 2") }
        #expect(try fixture.file.verify().faults == ["block 2 does not hold what its row says"])
    }

    @Test("is answered, refused or reported, and never a crash, when bytes of the file are flipped", arguments: 0..<30 as Range<UInt64>)
    func flippedPages(seed: UInt64) throws {
        let fixture = try fixture()
        let expected = try fixture.file.contents()
        let copy = try fixture.directory.snapshot()
        var random = SeededGenerator(seed: seed)
        var bytes = try copy.bytes(of: fixture.day.fileName)
        for _ in 0..<3 { bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random) }
        try copy.write(bytes, to: fixture.day.fileName)
        do {
            let file = try DayFile(.day(fixture.day), directory: copy.path)
            let isSound = try file.verify().faults.isEmpty
            let selection = try file.selectBlocking([], from: .min, through: .max)
            #expect(!isSound || !selection.damagedBlocks.isEmpty || Contents(selection) == expected, "seed \(seed)")
            _ = try file.statistics()
            _ = try file.delete([LabelMatcher("instance", equals: "mx-1")], from: fixture.day.start + 30_000, through: .max)
            _ = try file.compact()
            _ = try file.selectBlocking([], from: .min, through: .max)
        } catch {
            // Refused: the shelf sets it aside.
        }
    }

    private func set(_ column: String, _ blob: Data, in file: DayFile) throws {
        try file.pool.write { try $0.execute(sql: "UPDATE blocks SET \(column) = ? WHERE id = 1", arguments: [blob]) }
    }
}

import ExpositionFormat
import Testing

@Suite("A snappy block")
struct SnappyBlockTests {
    @Test("gives back what was put in", arguments: [0, 1, 10, 1000, 100_000])
    func roundTrip(size: Int) throws {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
        #expect(try SnappyBlock.decompress(SnappyBlock.compress(content), limit: size) == content)
    }

    @Test("is read as other writers make it: literals and overlapping copies")
    func foreignBlock() throws {
        // "abcd" as a literal, then a copy of eight bytes from four bytes back.
        let block: [UInt8] = [12, 3 << 2, 97, 98, 99, 100, (8 - 4) << 2 | 1, 4]
        #expect(try SnappyBlock.decompress(block, limit: 100) == Array("abcdabcdabcd".utf8))
    }

    @Test("whose declared length is over the limit is refused before anything is allocated")
    func tooLarge() {
        #expect(throws: SnappyBlock.Fault.tooLarge(bytes: 0xFFFF_FFFF, limit: 1000)) {
            try SnappyBlock.decompress([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], limit: 1000)
        }
    }

    @Test("that is cut off anywhere is refused")
    func truncation() {
        let block = SnappyBlock.compress((0..<500).map { UInt8(truncatingIfNeeded: $0 * $0) })
        for length in block.indices {
            #expect(throws: SnappyBlock.Fault.self) { try SnappyBlock.decompress(Array(block[..<length]), limit: 1 << 20) }
        }
    }
}

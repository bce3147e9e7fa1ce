import TestSupport
import Testing

@testable import SeriesStore

@Suite("A sealed blob")
struct SealedBlobTests {
    @Test("gives back its content", arguments: [0, 1, 100, 100_000])
    func roundTrip(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let content = (0..<count).map { _ in UInt8.random(in: 0..<9, using: &random) }
        let blob = SealedBlob.seal(content, as: .chunks, with: ZstandardCompressor(level: 1))
        #expect(blob.withUnsafeBytes { SealedBlob.open($0, as: .chunks, with: ZstandardDecompressor()) } == content)
        #expect(blob.withUnsafeBytes { SealedBlob.open($0, as: .labels, with: ZstandardDecompressor()) } == nil)
    }

    @Test("made of random bytes, with a true checksum, is read or refused, and never crashes")
    func randomContent() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let content = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &random) ? 3 : 255), using: &random)
            }
            if let labels = LabelColumns(content) { _ = labels.labels() }
            if let chunks = BlockChunks(content, series: Int.random(in: 0..<4, using: &random)) { _ = chunks.isSound }
        }
    }
}

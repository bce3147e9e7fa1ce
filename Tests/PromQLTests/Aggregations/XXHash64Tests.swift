import PostwatchModel
import Testing

@testable import PromQL

@Suite("XXHash64")
struct XXHash64Tests {
    @Test(
        "The hash is that of the reference implementation, for every way through it",
        arguments: [
            ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
            ("0123456789abcdef0123456789abcdef", 0x642a_9495_8e71_e6c5),
            ("The quick brown fox jumps over the lazy dog, twice and more", 0x1c8c_72db_7145_b3a1),
        ] as [(String, UInt64)])
    func reference(text: String, hash: UInt64) {
        #expect(XXHash64.hash(Array(text.utf8)) == hash)
    }

    @Test("limit_ratio with a ratio and with its complement divide the series between them")
    func complement() async throws {
        let series = (0..<64).map { (LabelSet(metric: "up", ["node": "mx\($0)"]), [1.0] as [Double?]) }
        let engine = QueryEngine(samples: LoadedSamples(every: .seconds(60), series))
        let all = try await engine.lines("up", at: .zero)
        for ratio in [0.1, 0.25, 0.5, 0.9] {
            let some = try await engine.lines("limit_ratio(\(ratio), up)", at: .zero, allowingExperimental: true)
            let rest = try await engine.lines("limit_ratio(\(ratio - 1), up)", at: .zero, allowingExperimental: true)
            #expect((some + rest).sorted() == all)
            #expect(abs(Double(some.count) - ratio * 64) < 16)
        }
    }
}

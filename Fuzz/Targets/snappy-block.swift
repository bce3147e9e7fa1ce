// fuzz: header Sources/CSnappy
// fuzz: link snappy
// fuzz: module ExpositionFormat Sources/ExpositionFormat
import ExpositionFormat

/// Snappy blocks: any bytes are content or refused within the limit, and what was compressed comes back.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        [0], SnappyBlock.compress(Array("postfix_queue_size postfix_queue_size".utf8)),
        SnappyBlock.compress([UInt8](repeating: 7, count: 70_000)),
        SnappyBlock.compress((0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0) }),
        // A literal, then a copy that overlaps itself.
        [12, 3 << 2, 97, 98, 99, 100, (8 - 4) << 2 | 1, 4],
    ]

    private static let limit = 1 << 17

    static func run(_ input: UnsafeRawBufferPointer) {
        if let content = try? SnappyBlock.decompress(input, limit: limit) {
            precondition(content.count <= limit)
        }
        guard let again = try? SnappyBlock.decompress(SnappyBlock.compress(input), limit: input.count), again.elementsEqual(input) else {
            preconditionFailure("What was compressed does not come back")
        }
    }
}

/// Counts delays for each of a number of rows, in buckets that resolve 1 s to 1 h by less than a factor of two.
struct DelayHistogram: Sendable, Restorable {
    /// Inclusive upper bounds in milliseconds, rising; what is longer falls into a last bucket.
    static let bounds: [Int] = [
        100, 300, 1000, 2000, 3000, 5000, 8000, 12_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 300_000, 450_000,
        600_000, 900_000, 1_200_000, 1_800_000, 2_700_000, 3_600_000, 14_400_000, 86_400_000,
    ]

    private let bounds = Self.bounds
    private let width = Self.bounds.count + 2
    /// For each row: the buckets, not cumulative, and the sum in milliseconds.
    private var cells: [UInt64]

    init(rows: Int) {
        cells = Array(repeating: 0, count: rows * width)
    }

    /// Adds rows that were not there before.
    mutating func grow(toRows rows: Int) {
        while cells.count < rows * width { cells.append(0) }
    }

    @inline(__always)
    mutating func record(_ milliseconds: Int, row: Int) {
        let base = row &* width
        var bucket = 0
        while bucket < bounds.count, milliseconds > bounds[bucket] { bucket &+= 1 }
        cells[base &+ bucket] &+= 1
        cells[base &+ width &- 1] &+= UInt64(truncatingIfNeeded: milliseconds)
    }

    /// The sum of some rows, as the outside sees it.
    func histogram(rows: [Int]) -> MailLogHistogram {
        var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        var sum: UInt64 = 0
        for row in rows {
            for bucket in 0...bounds.count { counts[bucket] += cells[row * width + bucket] }
            sum += cells[row * width + width - 1]
        }
        return MailLogHistogram(bounds: bounds.map { Double($0) / 1000 }, counts: counts, sum: Double(sum) / 1000)
    }

    func encode(to writer: inout ByteWriter) { writer.cells(cells) }
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) { try reader.cells(&cells) }
}

/// Counts whole numbers, such as sizes, in buckets of given bounds.
struct SizeHistogram: Sendable, Restorable {
    private let bounds: [Int]
    /// The buckets, not cumulative, and the sum.
    private var cells: [UInt64]

    /// - Parameter bounds: inclusive upper bounds, rising; what is greater falls into a last bucket.
    init(bounds: [Int]) {
        self.bounds = bounds
        cells = Array(repeating: 0, count: bounds.count + 2)
    }

    @inline(__always)
    mutating func record(_ value: Int) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket &+= 1 }
        cells[bucket] &+= 1
        cells[bounds.count &+ 1] &+= UInt64(truncatingIfNeeded: value)
    }

    var histogram: MailLogHistogram {
        MailLogHistogram(bounds: bounds.map(Double.init), counts: Array(cells.dropLast()), sum: Double(cells[bounds.count + 1]))
    }

    func encode(to writer: inout ByteWriter) { writer.cells(cells) }
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) { try reader.cells(&cells) }
}

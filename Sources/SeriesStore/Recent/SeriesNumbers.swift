/// A set of series numbers, one bit each: unions of many postings come out sorted.
struct SeriesNumbers: Sendable {
    private var words: ContiguousArray<UInt64>

    /// Room for numbers below `limit`.
    init(below limit: Int) {
        words = ContiguousArray(repeating: 0, count: (limit + 63) / 64)
    }

    func contains(_ number: UInt32) -> Bool {
        words[Int(number >> 6)] & (1 << UInt64(number & 63)) != 0
    }

    mutating func insert(_ numbers: ContiguousArray<UInt32>) {
        for number in numbers { words[Int(number >> 6)] |= 1 << UInt64(number & 63) }
    }

    /// Rising.
    var elements: ContiguousArray<UInt32> {
        var elements: ContiguousArray<UInt32> = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                elements.append(UInt32(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return elements
    }
}

/// The last lines that no parser understood, cut. Bounded, and kept in place: a flood of them costs no memory.
struct UnknownLines: Sendable {
    static let limit = 20
    static let longest = 300

    private var bytes = [UInt8](repeating: 0, count: limit * longest)
    private var lengths: [Int] = []
    private var next = 0

    mutating func append(_ line: LogBytes) {
        let kept = line.prefix(Self.longest)
        for position in 0..<kept.count { bytes[next * Self.longest + position] = kept[position] }
        if lengths.count <= next { lengths.append(kept.count) } else { lengths[next] = kept.count }
        next = (next + 1) % Self.limit
    }

    /// Oldest first.
    var lines: [String] {
        let order = lengths.count < Self.limit ? Array(lengths.indices) : (0..<Self.limit).map { (next + $0) % Self.limit }
        return order.map { String(decoding: bytes[$0 * Self.longest..<$0 * Self.longest + lengths[$0]], as: UTF8.self) }
    }
}

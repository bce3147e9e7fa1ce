import PostwatchModel

/// Distinct stretches of bytes, numbered in the order in which they came. Smaller than an `InternTable` and made anew for each block:
/// all entries lie in one array, which is what a block wants to write.
struct ByteTable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Number + 1 of the entry, 0 when free. A power of two in size, at most half full.
    private var slots: [UInt32] = Array(repeating: 0, count: 16)
    private var last = 0

    var count: Int { ends.count }
    var byteCount: Int { bytes.count }

    /// The number of `entry`, which is added when it is new.
    mutating func number(of entry: UnsafeRawBufferPointer) -> Int {
        // Neighbours are alike more often than not.
        if last < ends.count && isEqual(last, entry) { return last }
        var slot = Self.hash(entry) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isEqual(number, entry) {
                last = number
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        last = ends.count
        bytes.append(contentsOf: entry)
        ends.append(bytes.count)
        slots[slot] = UInt32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return last
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        slots = Array(repeating: 0, count: 16)
        last = 0
    }

    /// Adds the length of each entry, then all entries.
    func append(to output: inout [UInt8]) {
        var start = 0
        for end in ends {
            Varint.append(UInt64(end - start), to: &output)
            start = end
        }
        output += bytes
    }

    /// Calls `body` for each entry, in the order of their numbers.
    func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for end in ends {
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
    }

    // MARK: - Private

    private func isEqual(_ number: Int, _ entry: UnsafeRawBufferPointer) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == entry.count else { return false }
        return bytes.withUnsafeBytes { LabelBytes.areEqual(UnsafeRawBufferPointer(rebasing: $0[start..<ends[number]]), entry) }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 4)
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for (number, end) in ends.enumerated() {
                var slot = Self.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) & (slots.count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = UInt32(number + 1)
                start = end
            }
        }
    }

    private static func hash(_ entry: UnsafeRawBufferPointer) -> Int {
        Int(truncatingIfNeeded: InternTable.hash(entry))
    }
}

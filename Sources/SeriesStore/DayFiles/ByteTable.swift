/// Distinct stretches of bytes, numbered in the order in which they came.
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

    /// Eight bytes at a time; good enough for a table that lives as long as a block is built.
    private static func hash(_ entry: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(truncatingIfNeeded: entry.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset < entry.count {
            var word: UInt64 = 0
            if offset + 8 <= entry.count {
                word = entry.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                for index in offset..<entry.count { word = word << 8 | UInt64(entry[index]) }
            }
            hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
            offset += 8
        }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}

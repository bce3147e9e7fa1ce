/// Finds the numbers of things by their hash: open addressing, neighbours in one cache line, and no tombstones.
///
/// It holds numbers and hashes only; the caller says whether the thing of a number is the one that it looks for.
struct IndexTable: Sendable {
    /// Low half: number + 1, 0 for a free place. High half: the lower half of the hash, which says
    /// where the place should be in a table of any size.
    private var places: [UInt64]
    private(set) var count = 0

    init() {
        places = Array(repeating: 0, count: 16)
    }

    /// The number of the thing of `hash` for which `isMatch` holds.
    @inline(__always)
    func find(_ hash: UInt64, _ isMatch: (Int) -> Bool) -> Int? {
        let mask = places.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = places[place]
            if entry == 0 { return nil }
            if entry &>> 32 == hash & 0xFFFF_FFFF {
                let number = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if isMatch(number) { return number }
            }
            place = (place &+ 1) & mask
        }
    }

    /// Adds the number of a thing that is not in the table. `number` must be less than 2^32 - 1.
    mutating func insert(_ hash: UInt64, _ number: Int) {
        if count &* 4 >= places.count &* 3 { grow() }
        place(hash << 32 | UInt64(number + 1))
        count += 1
    }

    /// Removes the number of a thing. It must be in the table.
    mutating func remove(_ hash: UInt64, _ number: Int) {
        let mask = places.count - 1
        var hole = Int(truncatingIfNeeded: hash) & mask
        while Int(places[hole] & 0xFFFF_FFFF) - 1 != number {
            precondition(places[hole] != 0, "a thing that is not in the table was removed")
            hole = (hole + 1) & mask
        }
        // What stands behind moves up, so that no search stops at the hole.
        var next = (hole + 1) & mask
        while places[next] != 0 {
            let home = Int(places[next] >> 32) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = 0
        count -= 1
    }

    // MARK: - Private

    private mutating func place(_ entry: UInt64) {
        let mask = places.count - 1
        var place = Int(entry >> 32) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = entry
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 { place(entry) }
    }
}

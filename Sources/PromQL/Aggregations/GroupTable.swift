import PostwatchModel

/// Numbers the groups of an aggregation by the labels that its members share. Knows most members' group without making anything.
struct GroupTable {
    /// The labels of each group, in the order in which the groups first appeared.
    private(set) var labels: [LabelSet] = []
    private let projection: LabelProjection
    /// Group numbers plus one by hash, open addressing; 0 is free.
    private var slots = [Int32](repeating: 0, count: 64)
    private var hashes: [UInt64] = []
    private var key: [UInt8] = []

    init(_ grouping: Aggregation.Grouping) {
        projection = LabelProjection(grouping)
    }

    var count: Int { labels.count }

    /// The number of the group to which a series with these labels belongs; a new one when there is none yet.
    mutating func group(of member: LabelSet) -> Int {
        key.removeAll(keepingCapacity: true)
        projection.append(member, to: &key)
        let hash = key.withUnsafeBytes(Self.hash)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let group = Int(slots[slot]) - 1
            if hashes[group] == hash, labels[group].bytes == key { return group }
            slot = (slot + 1) & (slots.count - 1)
        }
        labels.append(LabelSet(canonical: key))
        hashes.append(hash)
        slots[slot] = Int32(labels.count)
        if labels.count * 2 > slots.count { grow() }
        return labels.count - 1
    }

    // MARK: - Private

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for group in labels.indices {
            var slot = Int(truncatingIfNeeded: hashes[group]) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(group + 1)
        }
    }

    /// Eight bytes at a time; good enough for a table that nobody attacks: a query has a limit on its series.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = UInt64(bytes.count - offset)
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mixed(hash ^ rest)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}

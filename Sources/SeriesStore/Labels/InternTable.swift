import CXXHash
import PostwatchModel

/// Byte strings and the numbers they were given: 0, 1, 2 … in the order in which they came.
///
/// Open addressing with linear probing. A slot holds 32 bits of the hash beside the number, so that a probe hardly ever touches the
/// bytes of another key; those of a hit are compared as a whole.
struct InternTable: ~Copyable {
    private struct Key {
        let start: UnsafeRawPointer
        let count: UInt32

        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: Int(count)) }
    }

    private var arena = ByteArena()
    private var keys: ContiguousArray<Key> = []
    /// The upper half of the hash above the number plus one; 0 is an empty slot. A power of two of them, at most 5/8 of them taken.
    private var slots: ContiguousArray<UInt64>

    init() {
        slots = ContiguousArray(repeating: 0, count: 64)
    }

    var count: Int { keys.count }

    /// Differs from process to process, so that nobody can choose labels that collide.
    private static let seed = UInt64.random(in: .min ... .max)

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        xxh3_64bits_seeded(bytes.baseAddress, bytes.count, seed)
    }

    /// Valid as long as the table.
    subscript(number: Int) -> UnsafeRawBufferPointer { keys[number].bytes }

    /// Whether `number` was given to these bytes.
    @inline(__always)
    func isNumber(_ number: Int, of bytes: UnsafeRawBufferPointer) -> Bool {
        number < keys.count && LabelBytes.areEqual(keys[number].bytes, bytes)
    }

    func number(of bytes: UnsafeRawBufferPointer, hash: UInt64) -> Int? {
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index] != 0 {
            if slots[index] >> 32 == hash >> 32 {
                let number = Int(slots[index] & 0xFFFF_FFFF) - 1
                if LabelBytes.areEqual(keys[number].bytes, bytes) { return number }
            }
            index = (index + 1) & mask
        }
        return nil
    }

    func number(of bytes: UnsafeRawBufferPointer) -> Int? {
        number(of: bytes, hash: Self.hash(bytes))
    }

    /// The caller has seen that `bytes` are not there yet.
    mutating func add(_ bytes: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        if keys.count * 8 >= slots.count * 5 { grow() }
        let kept = arena.keep(bytes)
        let number = keys.count
        precondition(number < UInt32.max, "More keys than numbers")
        keys.append(Key(start: kept.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped, count: UInt32(kept.count)))
        place(number, hash: hash)
        return number
    }

    mutating func intern(_ bytes: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        let hash = Self.hash(bytes)
        if let known = number(of: bytes, hash: hash) { return (known, false) }
        return (add(bytes, hash: hash), true)
    }

    // MARK: - Private

    private mutating func place(_ number: Int, hash: UInt64) {
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index] != 0 { index = (index + 1) & mask }
        slots[index] = (hash >> 32) << 32 | UInt64(number + 1)
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: 0, count: slots.count * 2)
        for number in keys.indices { place(number, hash: Self.hash(keys[number].bytes)) }
    }
}

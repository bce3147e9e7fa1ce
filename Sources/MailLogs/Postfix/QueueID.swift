/// The name under which Postfix keeps a message: short (hexadecimal) or long (digits and consonants), in place.
/// Source: Postfix, postconf(5), enable_long_queue_ids.
struct QueueID: Hashable, Sendable {
    /// The bytes, lowest first; the highest byte of the last word is their number.
    let words: (UInt64, UInt64, UInt64)

    static let longest = 23
    private static let shortest = 5

    init(words: (UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The id that `text` begins with, up to the first byte that no id has; `nil` when it is too short or too long for one.
    @inline(__always)
    init?(prefixOf text: LogBytes) {
        var length = 0
        while length <= Self.longest, Self.isIDByte(text[length]) { length &+= 1 }
        guard length >= Self.shortest, length <= Self.longest else { return nil }
        self.init(text, length)
    }

    /// `nil` when `text` is something else as a whole.
    init?(_ text: LogBytes) {
        self.init(prefixOf: text)
        if count != text.count { return nil }
    }

    /// All of `text`, whatever it is; at most 23 bytes.
    init(whole text: LogBytes) {
        self.init(text, min(text.count, Self.longest))
    }

    var count: Int { Int(words.2 >> 56) }

    /// Text for people.
    var text: String {
        let bytes = [words.0, words.1, words.2].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        LogBytes.mixed(LogBytes.mixed(LogBytes.mixed(seed ^ words.0) ^ words.1) ^ words.2)
    }

    @inline(__always)
    static func == (left: QueueID, right: QueueID) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }

    // MARK: - Private

    @inline(__always)
    private init(_ text: LogBytes, _ length: Int) {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        if text.count >= 24 {
            first = text.start.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            second = text.start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            third = text.start.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            if length < 8 { first &= (1 &<< UInt64(length &* 8)) &- 1 }
            second = length <= 8 ? 0 : length < 16 ? second & ((1 &<< UInt64((length &- 8) &* 8)) &- 1) : second
            third = length <= 16 ? 0 : third & ((1 &<< UInt64((length &- 16) &* 8)) &- 1)
        } else {
            for index in 0..<length {
                let byte = UInt64(text[index]) &<< UInt64((index & 7) &* 8)
                switch index >> 3 {
                case 0: first |= byte
                case 1: second |= byte
                default: third |= byte
                }
            }
        }
        words = (first, second, third | UInt64(length) &<< 56)
    }

    /// 0-9, A, E and all consonants. Small letters are in long ids only, vowels of that kind in none: no word of English is taken for one.
    @inline(__always)
    private static func isIDByte(_ byte: UInt8) -> Bool {
        if byte < 0x40 { return byte &- 0x30 < 10 }
        if byte >= 0x80 { return false }
        // Letters @A…_ and `a…: all but I, O, U and a, e, i, o, u; one bit each, from 0x40.
        let mask: UInt64 = 0x07DF_7DDC_07DF_7DFE
        return mask &>> UInt64(byte &- 0x40) & 1 != 0
    }
}

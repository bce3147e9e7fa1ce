import Foundation

/// A stretch of a log, looked at in place. Nothing is copied, nothing is counted by reference, and no index makes it trap: beyond its end
/// stand zeros.
///
/// It must not outlive the buffer that it was cut from, so none is ever stored.
struct LogBytes {
    let start: UnsafeRawPointer
    /// 0 or more.
    let count: Int

    @inline(__always)
    init(start: UnsafeRawPointer, count: Int) {
        self.start = start
        self.count = count
    }

    var isEmpty: Bool { count == 0 }

    /// The byte at `index`, 0 outside of the stretch.
    @inline(__always)
    subscript(index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: count) ? start.load(fromByteOffset: index, as: UInt8.self) : 0
    }

    /// What is left behind the first `length` bytes.
    @inline(__always)
    func dropFirst(_ length: Int) -> LogBytes {
        let cut = min(max(length, 0), count)
        return LogBytes(start: start + cut, count: count - cut)
    }

    /// The first `length` bytes, or all when there are fewer.
    @inline(__always)
    func prefix(_ length: Int) -> LogBytes {
        LogBytes(start: start, count: min(max(length, 0), count))
    }

    /// The last `length` bytes, or all when there are fewer.
    func suffix(_ length: Int) -> LogBytes {
        dropFirst(count - length)
    }

    /// From `lower` up to `upper`, both clamped.
    @inline(__always)
    func part(_ lower: Int, _ upper: Int) -> LogBytes {
        dropFirst(lower).prefix(upper - lower)
    }

    // MARK: Searching

    @inline(__always)
    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    @inline(__always)
    func hasPrefix(_ text: StaticString, at index: Int) -> Bool {
        index >= 0 && count - index >= text.utf8CodeUnitCount && memcmp(start + index, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Like `hasPrefix` without regard to the case of ASCII letters. `text` must be in lower case.
    func hasFoldedPrefix(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, count - index >= text.utf8CodeUnitCount else { return false }
        for offset in 0..<text.utf8CodeUnitCount where Self.lowercase(self[index + offset]) != text.utf8Start[offset] { return false }
        return true
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        hasPrefix(text, at: count - text.utf8CodeUnitCount)
    }

    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }

    @inline(__always)
    func equals(_ other: UnsafeRawPointer, count length: Int) -> Bool {
        count == length && memcmp(start, other, length) == 0
    }

    /// Where `byte` stands first at or behind `index`; `nil` when it does not.
    @inline(__always)
    func index(of byte: UInt8, from index: Int = 0) -> Int? {
        guard index >= 0, index < count, let found = memchr(start + index, Int32(byte), count - index) else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// Where `text` begins first at or behind `index`; `nil` when it does not.
    func index(of text: StaticString, from index: Int = 0) -> Int? {
        let length = text.utf8CodeUnitCount
        var from = index
        while let found = self.index(of: text.utf8Start[0], from: from) {
            if count - found < length { return nil }
            if memcmp(start + found, text.utf8Start, length) == 0 { return found }
            from = found + 1
        }
        return nil
    }

    func contains(_ text: StaticString) -> Bool { index(of: text) != nil }

    // MARK: Reading

    /// A whole number at `index`, and where it ends; `nil` when no digit stands there. Stops at 10^15.
    @inline(__always)
    func number(at index: Int) -> (value: Int, end: Int)? {
        var value = 0
        var position = index
        while case let digit = Int(self[position]) - 48, digit >= 0, digit <= 9 {
            value = min(value &* 10 &+ digit, 1_000_000_000_000_000)
            position += 1
        }
        return position > index ? (value, position) : nil
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Text for people. Bytes that are no UTF-8 are replaced.
    var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Spreads the bytes over 64 bits.
    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: count)
        var position = 0
        while position &+ 8 <= count {
            state = Self.mixed(state ^ start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < count {
            rest = rest << 8 | UInt64(start.load(fromByteOffset: position, as: UInt8.self))
            position &+= 1
        }
        return Self.mixed(state ^ rest)
    }

    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}

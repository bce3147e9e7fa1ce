import Foundation

/// A mail domain in lower case, in place. Of one that is longer than 64 bytes only the end is kept: domains are read from the right.
struct DomainName: Hashable, Sendable {
    private let lanes: SIMD8<UInt64>

    /// No domain, as in `<>`.
    static let none = DomainName(lanes: .zero)

    private init(lanes: SIMD8<UInt64>) {
        self.lanes = lanes
    }

    @inline(__always)
    init(_ domain: LogBytes) {
        let kept = domain.count <= 64 ? domain : domain.suffix(64)
        var raw = SIMD8<UInt64>.zero
        if kept.count >= 8 {
            var position = 0
            while position &+ 8 <= kept.count {
                raw[position &>> 3] = kept.start.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                position &+= 8
            }
            if position < kept.count {
                let rest = kept.count &- position
                let word = kept.start.loadUnaligned(fromByteOffset: kept.count &- 8, as: UInt64.self)
                raw[position &>> 3] = UInt64(littleEndian: word) &>> UInt64(64 &- rest &* 8)
            }
        } else {
            var word: UInt64 = 0
            var position = 0
            while position < kept.count {
                word |= UInt64(kept.start.load(fromByteOffset: position, as: UInt8.self)) &<< UInt64(position &* 8)
                position &+= 1
            }
            raw[0] = word
        }
        var lane = 0
        while lane &* 8 < kept.count {
            raw[lane] = Self.lowercased(Self.withoutZeros(raw[lane], count: kept.count &- lane &* 8))
            lane &+= 1
        }
        lanes = raw
    }

    var isNone: Bool { lanes[0] == 0 }

    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        var state = seed
        var lane = 0
        while lane < 8, lanes[lane] != 0 {
            state = LogBytes.mixed(state ^ lanes[lane])
            lane &+= 1
        }
        return state
    }

    /// Its bytes, at most 64.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for lane in 0..<8 {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                let byte = UInt8(truncatingIfNeeded: lanes[lane] >> shift)
                if byte != 0 { bytes.append(byte) }
            }
        }
        return bytes
    }

    /// Text for people, fit for a terminal; each domain has another.
    var text: String { PrintableText.name(bytes) }

    @inline(__always)
    static func == (left: DomainName, right: DomainName) -> Bool { left.lanes == right.lanes }

    /// An order of all names; not that of the alphabet.
    static func > (left: DomainName, right: DomainName) -> Bool {
        for lane in 0..<8 where left.lanes[lane] != right.lanes[lane] { return left.lanes[lane] > right.lanes[lane] }
        return false
    }

    // MARK: - Private

    /// No domain has a zero, but a log may. Here they say where the name ends, so others become `?`.
    @inline(__always)
    private static func withoutZeros(_ word: UInt64, count: Int) -> UInt64 {
        let behind: UInt64 = count >= 8 ? 0 : .max &<< UInt64(count &* 8)
        let looked = word | behind
        let hasZero = (looked &- 0x0101_0101_0101_0101) & ~looked & 0x8080_8080_8080_8080 != 0
        return hasZero ? replacingZeros(word, count: count) : word
    }

    private static func replacingZeros(_ word: UInt64, count: Int) -> UInt64 {
        var word = word
        for shift in stride(from: UInt64(0), to: UInt64(min(count, 8) * 8), by: 8) where (word >> shift) & 0xFF == 0 {
            word |= UInt64(UInt8(ascii: "?")) << shift
        }
        return word
    }

    /// Eight bytes at once; what is no ASCII capital stays.
    @inline(__always)
    private static func lowercased(_ word: UInt64) -> UInt64 {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        let aboveZ = low &+ 0x2525_2525_2525_2525
        let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        return word | ((fromA ^ aboveZ) & ~word & 0x8080_8080_8080_8080) &>> 2
    }
}

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
        var lanes = SIMD8<UInt64>.zero
        withUnsafeMutableBytes(of: &lanes) { $0.copyMemory(from: kept.bytes) }
        if kept.index(of: 0) != nil { lanes = Self.replacingZeros(lanes, count: kept.count) }
        self.lanes = Self.lowercased(lanes)
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
    private static func replacingZeros(_ lanes: SIMD8<UInt64>, count: Int) -> SIMD8<UInt64> {
        var lanes = lanes
        withUnsafeMutableBytes(of: &lanes) { bytes in
            for index in 0..<count where bytes[index] == 0 { bytes[index] = UInt8(ascii: "?") }
        }
        return lanes
    }

    /// All bytes at once; what is no ASCII capital stays.
    @inline(__always)
    private static func lowercased(_ lanes: SIMD8<UInt64>) -> SIMD8<UInt64> {
        let low = lanes & 0x7F7F_7F7F_7F7F_7F7F
        let aboveZ = low &+ 0x2525_2525_2525_2525
        let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        return lanes | ((fromA ^ aboveZ) & ~lanes & 0x8080_8080_8080_8080) &>> 2
    }
}

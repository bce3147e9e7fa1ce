/// The compressed samples of one series in memory, written one at a time at the end: the state that the next one builds on.
///
/// A token of one byte up to nine holds a sample at the same distance as the last one; another distance is told by a token before it.
/// Numbers with up to `DecimalScale.largest` decimals are kept as whole ones, so that a counter costs one or two bytes and a value that stays
/// a thirty-second of one. Values come back bit by bit as they were. The bytes never leave the process: no layout is promised.
struct SampleStream {
    /// Most bytes that one sample may need: a new distance, a new scale and all bits of a value.
    static let maximumBytesPerSample = 11 + 2 + 9
    private static let longestRun = 32

    private(set) var timestamp: Int64 = 0
    private(set) var valueBits: UInt64 = 0
    private var step: Int64 = 0
    /// The last whole number; `valueBits` is it divided by ten to the power of `scale`, unless a value without one came after it.
    private var whole: Int64 = 0
    private var scale: UInt8 = 0
    private var isEndedByRun = false
    /// The last value had no scale, so the next one is tried with the present scale only.
    private var isEndedByFraction = false

    init() {}

    /// Before the first sample: earlier than all.
    static let unused = resting(at: .min, 0)

    /// Remembers a sample without being able to go on behind it.
    static func resting(at timestamp: Int64, _ valueBits: UInt64) -> SampleStream {
        var stream = SampleStream()
        stream.timestamp = timestamp
        stream.valueBits = valueBits
        return stream
    }

    /// Appends a sample behind `used` bytes of `bytes`, which has room for `maximumBytesPerSample` more. Returns how many are used then.
    mutating func append(_ timestamp: Int64, _ bits: UInt64, to bytes: UnsafeMutablePointer<UInt8>, used: Int) -> Int {
        var end = used
        let step = timestamp &- self.timestamp
        self.timestamp = timestamp
        if step != self.step {
            bytes[end] = Token.step
            end = Self.append(varint: Self.zigzag(step), to: bytes, at: end + 1)
            self.step = step
            isEndedByRun = false
        }
        if bits == valueBits {
            if isEndedByRun && bytes[end - 1] < Token.run + UInt8(Self.longestRun - 1) {
                bytes[end - 1] += 1
                return end
            }
            bytes[end] = Token.run
            isEndedByRun = true
            return end + 1
        }
        isEndedByRun = false
        valueBits = bits
        let value = Double(bitPattern: bits)
        if let number = Self.whole(value, scale: scale) {
            isEndedByFraction = false
            return append(number, to: bytes, at: end)
        }
        if !isEndedByFraction,
            let larger = (Int(scale) + 1..<DecimalScale.largest + 1).first(where: { Self.whole(value, scale: UInt8($0)) != nil }),
            let number = Self.whole(value, scale: UInt8(larger))
        {
            // The reader computes the same new base.
            whole = Self.rescaled(whole, from: scale, to: UInt8(larger))
            scale = UInt8(larger)
            bytes[end] = Token.scale
            bytes[end + 1] = scale
            return append(number, to: bytes, at: end + 2)
        }
        isEndedByFraction = true
        bytes[end] = Token.bits
        UnsafeMutableRawPointer(bytes + end + 1).storeBytes(of: bits.littleEndian, as: UInt64.self)
        return end + 9
    }

    /// Gives `body` each of `count` samples, oldest first.
    @inline(__always)
    static func forEach(in bytes: UnsafePointer<UInt8>, count: Int, _ body: (Int64, UInt64) -> Void) {
        var position = 0
        var left = count
        var state = SampleStream()
        while left > 0 {
            let token = bytes[position]
            position += 1
            switch token {
            case 0..<Token.twoBytes:
                state.move(by: unzigzag(UInt64(token)))
            case Token.twoBytes..<Token.run:
                state.move(by: unzigzag(UInt64(token & 0x3F) << 8 | UInt64(bytes[position])))
                position += 1
            case Token.run..<Token.manyBytes:
                for _ in 0..<min(left - 1, Int(token - Token.run)) {
                    state.timestamp &+= state.step
                    body(state.timestamp, state.valueBits)
                    left -= 1
                }
            case Token.manyBytes..<Token.bits:
                var number: UInt64 = 0
                let length = Int(token - Token.manyBytes) + 1
                for index in 0..<length { number |= UInt64(bytes[position + index]) << UInt64(8 * index) }
                position += length
                state.move(by: unzigzag(number))
            case Token.bits:
                state.valueBits = UInt64(littleEndian: UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self))
                position += 8
            case Token.step:
                var number: UInt64 = 0
                var shift: UInt64 = 0
                while true {
                    let byte = bytes[position]
                    position += 1
                    number |= UInt64(byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80 { break }
                }
                state.step = unzigzag(number)
                continue
            default:
                state.whole = rescaled(state.whole, from: state.scale, to: bytes[position])
                state.scale = bytes[position]
                position += 1
                continue
            }
            state.timestamp &+= state.step
            body(state.timestamp, state.valueBits)
            left -= 1
        }
    }

    // MARK: - Private

    private enum Token {
        // Below: the zigzag difference of the whole number, 7 bits.
        /// 14 bits of it: the upper six here, the lower eight in the next byte.
        static let twoBytes: UInt8 = 0x80
        /// The value stays, once here and once more for each one added.
        static let run: UInt8 = 0xC0
        /// All of it in this many bytes, one more for each one added, lowest first.
        static let manyBytes: UInt8 = 0xE0
        /// All bits of the value in eight bytes.
        static let bits: UInt8 = 0xE8
        /// No sample: the distance in time from here on, as a zigzag varint.
        static let step: UInt8 = 0xE9
        /// No sample: the scale from here on, one byte.
        static let scale: UInt8 = 0xEA
    }

    private mutating func append(_ number: Int64, to bytes: UnsafeMutablePointer<UInt8>, at start: Int) -> Int {
        let difference = Self.zigzag(number &- whole)
        whole = number
        if difference < 0x80 {
            bytes[start] = UInt8(truncatingIfNeeded: difference)
            return start + 1
        }
        if difference < 0x4000 {
            bytes[start] = Token.twoBytes | UInt8(truncatingIfNeeded: difference >> 8)
            bytes[start + 1] = UInt8(truncatingIfNeeded: difference)
            return start + 2
        }
        let length = 8 - difference.leadingZeroBitCount / 8
        bytes[start] = Token.manyBytes + UInt8(length - 1)
        for index in 0..<length { bytes[start + 1 + index] = UInt8(truncatingIfNeeded: difference >> UInt64(8 * index)) }
        return start + 1 + length
    }

    @inline(__always)
    private mutating func move(by difference: Int64) {
        whole &+= difference
        valueBits = (scale == 0 ? Double(whole) : Double(whole) / DecimalScale.power(Int(scale))).bitPattern
    }

    @inline(__always)
    private static func whole(_ value: Double, scale: UInt8) -> Int64? {
        DecimalScale.whole(value, scale: Int(scale))
    }

    private static func rescaled(_ whole: Int64, from scale: UInt8, to larger: UInt8) -> Int64 {
        whole &* Int64(DecimalScale.power(Int(larger) - Int(scale)))
    }

    @inline(__always)
    private static func zigzag(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: (number << 1) ^ (number >> 63))
    }

    @inline(__always)
    private static func unzigzag(_ number: UInt64) -> Int64 {
        Int64(bitPattern: (number >> 1) ^ (0 &- (number & 1)))
    }

    private static func append(varint value: UInt64, to bytes: UnsafeMutablePointer<UInt8>, at start: Int) -> Int {
        var end = start
        var rest = value
        while rest >= 0x80 {
            bytes[end] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            end += 1
        }
        bytes[end] = UInt8(rest)
        return end + 1
    }
}

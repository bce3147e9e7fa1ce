/// Whole numbers in groups of 128: of each group the smallest one, and how far each is above it in as few bits as the farthest needs.
/// One number that is far off costs its own group only.
enum PackedNumbers {
    private static let groupSize = 128

    /// How many bits `numbers` take when each loses its `shift` lowest ones.
    static func bits(_ numbers: UnsafeBufferPointer<Int64>, shift: Int) -> Int {
        var bits = 0
        forEachGroup(numbers.count) { group in
            let (_, width) = frame(numbers, group, shift)
            // About what the head of a group takes once neighbours are compressed together.
            bits += 16 + width * group.count
        }
        return bits
    }

    /// - Parameter shift: so many of the lowest bits are zero in each number, and are not written.
    static func append(_ numbers: UnsafeBufferPointer<Int64>, shift: Int, to bytes: inout [UInt8]) {
        forEachGroup(numbers.count) { group in
            let (smallest, width) = frame(numbers, group, shift)
            Varint.append(signed: smallest, to: &bytes)
            bytes.append(UInt8(width))
            if width == 0 { return }
            // Bits wait in `held` until there are eight of them. 57 bits at once leave room for the seven that may wait.
            var held: UInt64 = 0
            var count = 0
            func put(_ value: UInt64, _ width: Int) {
                held |= value << UInt64(count)
                count += width
                while count >= 8 {
                    bytes.append(UInt8(truncatingIfNeeded: held))
                    held >>= 8
                    count -= 8
                }
            }
            for index in group {
                let above = UInt64(bitPattern: (numbers[index] >> Int64(shift)) &- smallest)
                if width <= 56 {
                    put(above, width)
                } else {
                    put(above & 0xFFFF_FFFF, 32)
                    put(above >> 32, width - 32)
                }
            }
            if count > 0 { bytes.append(UInt8(truncatingIfNeeded: held)) }
        }
    }

    /// Fills `numbers`. `false` when the bytes end too early or make no sense.
    static func read(into numbers: UnsafeMutableBufferPointer<Int64>, shift: Int, from reader: inout BlobReader) -> Bool {
        guard (0...63).contains(shift) else { return false }
        var isSound = true
        forEachGroup(numbers.count) { group in
            guard isSound, let smallest = reader.signed(), let width = reader.byte().map(Int.init), width <= 64,
                let packed = reader.stretch((group.count * width + 7) / 8)
            else {
                isSound = false
                return
            }
            unpack(packed, width: width, count: group.count) { index, above in
                numbers.initializeElement(
                    at: group.lowerBound + index, to: (smallest &+ Int64(bitPattern: above)) << Int64(shift))
            }
        }
        return isSound
    }

    // MARK: - Private

    @inline(__always)
    private static func forEachGroup(_ count: Int, _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < count {
            body(start..<min(start + groupSize, count))
            start += groupSize
        }
    }

    /// The smallest number of a group, and the bits that the others need above it.
    private static func frame(_ numbers: UnsafeBufferPointer<Int64>, _ group: Range<Int>, _ shift: Int) -> (Int64, Int) {
        var smallest = numbers[group.lowerBound]
        var largest = smallest
        for index in group {
            smallest = min(smallest, numbers[index])
            largest = max(largest, numbers[index])
        }
        smallest >>= Int64(shift)
        let span = UInt64(bitPattern: (largest >> Int64(shift)) &- smallest)
        return (smallest, 64 - span.leadingZeroBitCount)
    }

    @inline(__always)
    private static func unpack(
        _ bytes: UnsafeRawBufferPointer, width: Int, count: Int, _ body: (Int, UInt64) -> Void
    ) {
        let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
        var position = 0
        for index in 0..<count {
            body(index, width == 0 ? 0 : bits(at: position, of: bytes, width: width) & mask)
            position += width
        }
    }

    /// At least `width` bits from `position` on, lowest first.
    @inline(__always)
    private static func bits(at position: Int, of bytes: UnsafeRawBufferPointer, width: Int) -> UInt64 {
        let byte = position >> 3
        let offset = UInt64(position & 7)
        if byte + 9 <= bytes.count {
            let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self)) >> offset
            return offset == 0 ? low : low | UInt64(bytes[byte + 8]) << (64 - offset)
        }
        // Near the end, byte by byte.
        var value: UInt64 = 0
        for index in 0..<min(9, bytes.count - byte) {
            let shift = 8 * index - Int(offset)
            let part = UInt64(bytes[byte + index])
            value |= shift >= 0 ? (shift < 64 ? part << UInt64(shift) : 0) : part >> UInt64(-shift)
        }
        return value
    }
}

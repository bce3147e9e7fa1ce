/// The values of a chunk, in the form that takes the fewest bits. Every bit of a value comes back.
enum ChunkValues {
    private enum Form: UInt8 {
        /// All bits alike: written once.
        case constant = 0
        /// Whole numbers: the first, and packed differences.
        case differences = 1
        /// Whole numbers that often stay: the first, a bit for each further one that tells whether it moves, and the moves, packed.
        case moves = 2
        /// Whole numbers, packed as they are: for what jumps to and fro.
        case levels = 3
        /// All bits of each value, exclusive-or with the one before, transposed: all lowest bytes, then all second ones, and so on.
        case bits = 4
    }

    static func append(_ values: UnsafeBufferPointer<Double>, to bytes: inout [UInt8]) {
        let first = values[0].bitPattern
        if values.allSatisfy({ $0.bitPattern == first }) {
            bytes.append(Form.constant.rawValue)
            bytes.append(littleEndian: first)
            return
        }
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: values.count * 3) { room in
            let wholes = UnsafeMutableBufferPointer(rebasing: room[..<values.count])
            var oddities: [(Int, UInt64)] = []
            if let scale = fill(wholes, from: values, oddities: &oddities) {
                let rest = UnsafeMutableBufferPointer(rebasing: room[values.count...])
                append(UnsafeBufferPointer(wholes), scale: scale, oddities: oddities, room: rest, to: &bytes)
            } else {
                appendBits(values, to: &bytes)
            }
        }
    }

    /// `nil` when the bytes are no values.
    static func read(_ count: Int, from reader: inout BlobReader) -> [Double]? {
        guard let form = reader.byte().flatMap(Form.init) else { return nil }
        switch form {
        case .constant:
            guard let bits = reader.littleEndian64() else { return nil }
            return Array(repeating: Double(bitPattern: bits), count: count)
        case .bits: return readBits(count, from: &reader)
        case .differences, .moves, .levels: return readWholes(count, form: form, from: &reader)
        }
    }

    // MARK: - Private: whole numbers

    /// The values as whole numbers at the smallest scale that fits; values that have none at any (stale markers, NaN) become a repetition
    /// of the one before and an oddity. `nil` when there are too many of those.
    private static func fill(
        _ wholes: UnsafeMutableBufferPointer<Int64>, from values: UnsafeBufferPointer<Double>, oddities: inout [(Int, UInt64)]
    ) -> Int? {
        var scale = 0
        var index = 0
        var previous: Int64 = 0
        while index < values.count {
            if let whole = DecimalScale.whole(values[index], scale: scale) {
                wholes.initializeElement(at: index, to: whole)
                previous = whole
                index += 1
            } else if let larger = (scale..<DecimalScale.largest).first(where: { DecimalScale.whole(values[index], scale: $0 + 1) != nil })
            {
                // All over again: what was whole is so at a larger scale too, but it may get too large.
                scale = larger + 1
                index = 0
                previous = 0
                oddities = []
            } else {
                guard oddities.count < values.count / 16 + 1 else { return nil }
                oddities.append((index, values[index].bitPattern))
                wholes.initializeElement(at: index, to: previous)
                index += 1
            }
        }
        return scale
    }

    /// `room` holds twice as many numbers as `wholes`.
    private static func append(
        _ wholes: UnsafeBufferPointer<Int64>, scale: Int, oddities: [(Int, UInt64)], room: UnsafeMutableBufferPointer<Int64>,
        to bytes: inout [UInt8]
    ) {
        var moveCount = 0
        var different: Int64 = 0
        for index in 1..<wholes.count {
            let difference = wholes[index] &- wholes[index - 1]
            room.initializeElement(at: index - 1, to: difference)
            different |= difference
            if difference != 0 {
                room.initializeElement(at: wholes.count + moveCount, to: difference)
                moveCount += 1
            }
        }
        let differences = UnsafeBufferPointer(rebasing: room[..<(wholes.count - 1)])
        let moves = UnsafeBufferPointer(rebasing: room[wholes.count..<(wholes.count + moveCount)])
        let shift = different == 0 ? 0 : different.trailingZeroBitCount
        let levelShift = min(shift, wholes[0] == 0 ? 63 : wholes[0].trailingZeroBitCount)
        let sizes = (
            differences: PackedNumbers.bits(differences, shift: shift),
            moves: PackedNumbers.bits(moves, shift: shift) + wholes.count - 1,
            levels: PackedNumbers.bits(wholes, shift: levelShift)
        )
        let form: Form =
            sizes.levels <= min(sizes.differences, sizes.moves) ? .levels : sizes.moves < sizes.differences ? .moves : .differences
        bytes.append(form.rawValue)
        bytes.append(UInt8(scale))
        bytes.append(UInt8(form == .levels ? levelShift : shift))
        append(oddities, to: &bytes)
        switch form {
        case .levels: PackedNumbers.append(wholes, shift: levelShift, to: &bytes)
        case .differences:
            Varint.append(signed: wholes[0], to: &bytes)
            PackedNumbers.append(differences, shift: shift, to: &bytes)
        case .moves, .constant, .bits:
            Varint.append(signed: wholes[0], to: &bytes)
            for start in stride(from: 0, to: differences.count, by: 8) {
                var bits: UInt8 = 0
                for index in start..<min(start + 8, differences.count) where differences[index] != 0 { bits |= 1 << UInt8(index - start) }
                bytes.append(bits)
            }
            PackedNumbers.append(moves, shift: shift, to: &bytes)
        }
    }

    private static func append(_ oddities: [(Int, UInt64)], to bytes: inout [UInt8]) {
        Varint.append(UInt64(oddities.count), to: &bytes)
        for (index, bits) in oddities {
            Varint.append(UInt64(index), to: &bytes)
            bytes.append(littleEndian: bits)
        }
    }

    private static func readWholes(_ count: Int, form: Form, from reader: inout BlobReader) -> [Double]? {
        guard let scale = reader.byte().map(Int.init), scale <= DecimalScale.largest, let shift = reader.byte().map(Int.init),
            let oddityCount = reader.count(upTo: count)
        else { return nil }
        var oddities: [(Int, UInt64)] = []
        for _ in 0..<oddityCount {
            guard let index = reader.count(upTo: count - 1), let bits = reader.littleEndian64() else { return nil }
            oddities.append((index, bits))
        }
        var reading = reader
        var values = [Double](unsafeUninitializedCapacity: count) { values, filled in
            // A whole number takes the place of the value that is made of it.
            values.withMemoryRebound(to: Int64.self) { wholes in
                if readWholes(into: wholes, form: form, shift: shift, from: &reading) { filled = count }
            }
            if filled == 0 { return }
            let power = DecimalScale.power(scale)
            for index in 0..<count {
                let whole = Double(Int64(bitPattern: values[index].bitPattern))
                values[index] = scale == 0 ? whole : whole / power
            }
        }
        reader = reading
        guard values.count == count else { return nil }
        for (index, bits) in oddities { values[index] = Double(bitPattern: bits) }
        return values
    }

    private static func readWholes(
        into wholes: UnsafeMutableBufferPointer<Int64>, form: Form, shift: Int, from reader: inout BlobReader
    ) -> Bool {
        if form == .levels { return PackedNumbers.read(into: wholes, shift: shift, from: &reader) }
        guard let first = reader.signed() else { return false }
        wholes.initializeElement(at: 0, to: first)
        let rest = UnsafeMutableBufferPointer(rebasing: wholes[1...])
        if form == .differences {
            guard PackedNumbers.read(into: rest, shift: shift, from: &reader) else { return false }
        } else {
            guard let bits = reader.stretch((rest.count + 7) / 8) else { return false }
            let moveCount = bits.reduce(0) { $0 + $1.nonzeroBitCount }
            guard moveCount <= rest.count else { return false }
            // The moves are read to the end of their room and spread from the front; a move is never written over before it is read.
            let moves = UnsafeMutableBufferPointer(rebasing: rest[(rest.count - moveCount)...])
            guard PackedNumbers.read(into: moves, shift: shift, from: &reader) else { return false }
            var next = 0
            for index in 0..<rest.count {
                let isMove = bits[index >> 3] & (1 << UInt8(index & 7)) != 0
                if isMove && next == moveCount { return false }
                let difference = isMove ? moves[next] : 0
                if isMove { next += 1 }
                rest.initializeElement(at: index, to: difference)
            }
        }
        for index in 1..<wholes.count { wholes[index] = wholes[index - 1] &+ wholes[index] }
        return true
    }

    // MARK: - Private: all bits

    private static func appendBits(_ values: UnsafeBufferPointer<Double>, to bytes: inout [UInt8]) {
        bytes.append(Form.bits.rawValue)
        for plane in 0..<8 {
            var previous: UInt64 = 0
            for value in values {
                bytes.append(UInt8(truncatingIfNeeded: (value.bitPattern ^ previous) >> UInt64(8 * plane)))
                previous = value.bitPattern
            }
        }
    }

    private static func readBits(_ count: Int, from reader: inout BlobReader) -> [Double]? {
        guard let planes = reader.stretch(8 * count) else { return nil }
        return [Double](unsafeUninitializedCapacity: count) { values, filled in
            var previous: UInt64 = 0
            for index in 0..<count {
                var difference: UInt64 = 0
                for plane in 0..<8 { difference |= UInt64(planes[plane * count + index]) << UInt64(8 * plane) }
                previous ^= difference
                values.initializeElement(at: index, to: Double(bitPattern: previous))
            }
            filled = count
        }
    }
}

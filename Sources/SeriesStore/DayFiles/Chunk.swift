/// Samples of one series as a compact blob. The layout is in `docs/formats/series-day-file.md`.
enum Chunk {
    /// How the value column is written.
    enum ValueForm: UInt8 {
        /// All bits alike: written once.
        case constant = 0
        /// Whole numbers: differences.
        case whole = 1
        /// Anything else: the bytes in which neighbours differ.
        case xor = 2
    }

    static let version: UInt8 = 1

    /// `columns` must not be empty.
    static func encode(_ columns: SampleColumns) -> [UInt8] {
        precondition(!columns.isEmpty)
        var writer = ByteWriter()
        writer.append(byte: version)
        writer.append(varint: UInt64(columns.count))
        appendTimestamps(columns.timestamps, to: &writer)
        appendValues(columns.values, to: &writer)
        return writer.bytes
    }

    /// `nil` when the bytes are not a chunk.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> SampleColumns? {
        var reader = ByteReader(bytes)
        // A sample takes at least the byte of its timestamp.
        guard reader.byte() == version, let count = reader.count(ofAtLeast: 1), count > 0,
            let timestamps = timestamps(count, &reader), let values = values(count, &reader), reader.remaining == 0
        else { return nil }
        return SampleColumns(timestamps: timestamps, values: values)
    }

    // MARK: - Private

    private static func appendTimestamps(_ timestamps: [Int64], to writer: inout ByteWriter) {
        var previous: Int64 = 0
        var step: Int64 = 0
        for (index, timestamp) in timestamps.enumerated() {
            let difference = timestamp &- previous
            writer.append(signed: difference &- step)
            // The first timestamp is no step; the second one's distance is.
            step = index == 0 ? 0 : difference
            previous = timestamp
        }
    }

    private static func timestamps(_ count: Int, _ reader: inout ByteReader) -> [Int64]? {
        var timestamps: [Int64] = []
        timestamps.reserveCapacity(count)
        var previous: Int64 = 0
        var step: Int64 = 0
        for index in 0..<count {
            guard let change = reader.signed() else { return nil }
            let difference = change &+ step
            let timestamp = previous &+ difference
            if index > 0 && timestamp <= previous { return nil }
            timestamps.append(timestamp)
            step = index == 0 ? 0 : difference
            previous = timestamp
        }
        return timestamps
    }

    private static func appendValues(_ values: [Double], to writer: inout ByteWriter) {
        let first = values[0]
        if values.allSatisfy({ $0.bitPattern == first.bitPattern }) {
            writer.append(byte: ValueForm.constant.rawValue)
            writer.append(word: first.bitPattern)
        } else if values.allSatisfy(isWhole) {
            writer.append(byte: ValueForm.whole.rawValue)
            var previous: Int64 = 0
            for value in values {
                writer.append(signed: Int64(value) - previous)
                previous = Int64(value)
            }
        } else {
            writer.append(byte: ValueForm.xor.rawValue)
            var previous: UInt64 = 0
            for value in values {
                append(difference: value.bitPattern ^ previous, to: &writer)
                previous = value.bitPattern
            }
        }
    }

    private static func values(_ count: Int, _ reader: inout ByteReader) -> [Double]? {
        guard let form = reader.byte().flatMap(ValueForm.init) else { return nil }
        var values: [Double] = []
        values.reserveCapacity(count)
        switch form {
        case .constant:
            guard let bits = reader.word() else { return nil }
            values = Array(repeating: Double(bitPattern: bits), count: count)
        case .whole:
            var previous: Int64 = 0
            for _ in 0..<count {
                guard let difference = reader.signed() else { return nil }
                previous &+= difference
                values.append(Double(previous))
            }
        case .xor:
            var previous: UInt64 = 0
            for _ in 0..<count {
                guard let difference = difference(&reader) else { return nil }
                previous ^= difference
                values.append(Double(bitPattern: previous))
            }
        }
        return values
    }

    /// -0 has bits of its own and so is not taken for the whole number 0.
    private static func isWhole(_ value: Double) -> Bool {
        guard let whole = Int64(exactly: value), whole.magnitude <= 1 << 53 else { return false }
        return Double(whole).bitPattern == value.bitPattern
    }

    /// One byte with the number of zero bytes below (high half) and of bytes that follow (low half), then those, lowest first.
    private static func append(difference: UInt64, to writer: inout ByteWriter) {
        let below = difference == 0 ? 0 : difference.trailingZeroBitCount / 8
        let count = difference == 0 ? 0 : 8 - difference.leadingZeroBitCount / 8 - below
        writer.append(byte: UInt8(below << 4 | count))
        for index in 0..<count { writer.append(byte: UInt8(truncatingIfNeeded: difference >> UInt64(8 * (below + index)))) }
    }

    private static func difference(_ reader: inout ByteReader) -> UInt64? {
        guard let head = reader.byte() else { return nil }
        let below = Int(head >> 4)
        let count = Int(head & 0xF)
        guard below + count <= 8 else { return nil }
        var difference: UInt64 = 0
        for index in 0..<count {
            guard let byte = reader.byte() else { return nil }
            difference |= UInt64(byte) << UInt64(8 * (below + index))
        }
        return difference
    }
}

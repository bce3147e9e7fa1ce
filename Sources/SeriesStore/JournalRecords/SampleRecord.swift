import PostwatchModel

/// Samples of one request as a journal record. The layout is in `docs/formats/journal.md`.
enum SampleRecord {
    /// The first byte of a record; other kinds may follow in later releases.
    static let kind: UInt8 = 1

    static func encode(_ samples: ArraySlice<Sample>) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(byte: kind)
        var start = samples.startIndex
        while start < samples.endIndex {
            let labels = samples[start].labels
            let end = samples[start...].firstIndex { $0.labels != labels } ?? samples.endIndex
            LabelCoding.encode(labels, into: &writer)
            writer.append(varint: UInt64(end - start))
            var previous: Int64 = 0
            for sample in samples[start..<end] {
                writer.append(signed: sample.timestamp.milliseconds &- previous)
                writer.append(word: sample.value.bitPattern)
                previous = sample.timestamp.milliseconds
            }
            start = end
        }
        return writer.bytes
    }

    /// `nil` when the record is of another kind or does not make sense.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [Sample]? {
        var reader = ByteReader(bytes)
        guard reader.byte() == kind else { return nil }
        var samples: [Sample] = []
        while reader.remaining > 0 {
            guard let labels = LabelCoding.decode(&reader), let count = reader.count(ofAtLeast: 9) else { return nil }
            var previous: Int64 = 0
            for _ in 0..<count {
                guard let difference = reader.signed(), let bits = reader.word() else { return nil }
                previous &+= difference
                samples.append(
                    Sample(labels: labels, timestamp: Timestamp(milliseconds: previous), value: Double(bitPattern: bits)))
            }
        }
        return samples
    }
}

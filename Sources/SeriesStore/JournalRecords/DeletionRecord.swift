import PostwatchModel

/// A deletion as a journal record: it concerns everything that was acknowledged before it. The layout is in `docs/formats/journal.md`.
struct DeletionRecord: Sendable {
    static let kind: UInt8 = 3

    let matchers: [LabelMatcher]
    /// Milliseconds since the epoch.
    let range: ClosedRange<Int64>

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(byte: Self.kind)
        writer.append(signed: range.lowerBound)
        writer.append(signed: range.upperBound)
        writer.append(varint: UInt64(matchers.count))
        for matcher in matchers {
            writer.append(text: matcher.name)
            writer.append(text: matcher.operation.rawValue)
            writer.append(text: matcher.value)
        }
        return writer.bytes
    }

    init(matchers: [LabelMatcher], range: ClosedRange<Int64>) {
        self.matchers = matchers
        self.range = range
    }

    /// `nil` when the record is of another kind or does not make sense.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard reader.byte() == Self.kind, let start = reader.signed(), let end = reader.signed(), start <= end,
            let count = reader.count(ofAtLeast: 3)
        else { return nil }
        var matchers: [LabelMatcher] = []
        for _ in 0..<count {
            guard let name = reader.text(), let operation = reader.text().flatMap(LabelMatcher.Operation.init), let value = reader.text(),
                let matcher = try? LabelMatcher(name, operation, value)
            else { return nil }
            matchers.append(matcher)
        }
        self.init(matchers: matchers, range: start...end)
    }
}

import PostwatchModel

/// A deletion as a journal record: it concerns everything that was acknowledged before it. The layout is in `docs/formats/journal.md`.
struct DeletionRecord: Sendable {
    static let kind: UInt8 = 3

    let matchers: [LabelMatcher]
    /// Milliseconds since the epoch.
    let range: ClosedRange<Int64>

    var encoded: [UInt8] {
        var bytes = [Self.kind]
        Varint.append(signed: range.lowerBound, to: &bytes)
        Varint.append(signed: range.upperBound, to: &bytes)
        Varint.append(UInt64(matchers.count), to: &bytes)
        for matcher in matchers {
            for text in [matcher.name, matcher.operation.rawValue, matcher.value] {
                Varint.append(UInt64(text.utf8.count), to: &bytes)
                bytes += text.utf8
            }
        }
        return bytes
    }

    init(matchers: [LabelMatcher], range: ClosedRange<Int64>) {
        self.matchers = matchers
        self.range = range
    }

    /// `nil` when the record is of another kind or does not make sense.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = BlobReader(bytes)
        guard reader.byte() == Self.kind, let start = reader.signed(), let end = reader.signed(), start <= end,
            let count = reader.count(upTo: reader.remaining / 3)
        else { return nil }
        var matchers: [LabelMatcher] = []
        for _ in 0..<count {
            guard let name = Self.text(&reader), let operation = Self.text(&reader).flatMap(LabelMatcher.Operation.init),
                let value = Self.text(&reader), let matcher = try? LabelMatcher(name, operation, value)
            else { return nil }
            matchers.append(matcher)
        }
        self.init(matchers: matchers, range: start...end)
    }

    // MARK: - Private

    private static func text(_ reader: inout BlobReader) -> String? {
        reader.sized().flatMap { String(validating: $0, as: UTF8.self) }
    }
}

import PostwatchModel

/// One of the numbers that stand for the samples of a stretch. Each is a series of its own in a month file: that of the samples, with one
/// more label, which has no name. No sender can write such a label: intake refuses labels without a name.
enum SummaryColumn: String, CaseIterable, Sendable {
    /// The last value.
    case last
    case minimum = "min"
    case maximum = "max"
    case sum
    case count
    /// By how much more than its last value says a counter has risen: the values before each of its resets. Only where there were any.
    case lost

    /// Label bytes of the series `labels` with this column's label, which comes first in their order.
    func labels(of labels: LabelSet) -> LabelSet {
        LabelSet(canonical: prefix + labels.bytes)
    }

    /// The column, and the labels without its label; `nil` when they are not of this kind.
    static func split(_ labels: LabelSet) -> (column: SummaryColumn, labels: LabelSet)? {
        labels.bytes.withUnsafeBytes { bytes in
            var cursor = LabelBytes.Cursor(bytes)
            guard let pair = cursor.next(), pair.name.isEmpty, let column = SummaryColumn(rawValue: pair.valueText),
                bytes.count >= column.prefix.count
            else { return nil }
            return (column, LabelSet(canonical: UnsafeRawBufferPointer(rebasing: bytes[column.prefix.count...])))
        }
    }

    /// Conditions on the series of samples, made ones on these columns of them. `nil` when no series of samples can satisfy them.
    static func matchers(_ matchers: [LabelMatcher], columns: [SummaryColumn]) -> [LabelMatcher]? {
        // What is asked of a label without a name is asked of one that no sample has.
        guard matchers.allSatisfy({ !$0.name.isEmpty || $0.matches("") }) else { return nil }
        let names = columns.map(\.rawValue)
        let isWanted = names.count == 1 ? LabelMatcher("", equals: names[0]) : try? LabelMatcher("", .matches, names.joined(separator: "|"))
        guard let isWanted else { preconditionFailure("Names of columns make a pattern") }
        return matchers.filter { !$0.name.isEmpty } + [isWanted]
    }

    // MARK: - Private

    private var prefix: [UInt8] {
        let content = LabelBytes.content(name: "", value: rawValue)
        return [0x0A, UInt8(content.count)] + content
    }
}

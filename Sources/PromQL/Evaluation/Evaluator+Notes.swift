import PostwatchModel

/// What evaluation has to say, in Prometheus' words.
extension Evaluator {
    func report(_ note: HistogramNote, metricName: String, at range: SourceRange) {
        let text = note.text(metricName: metricName) + " " + context.text.position(of: range)
        switch note.severity {
        case .warning: notes.warn(text)
        case .information: notes.inform(text)
        }
    }

    /// Says once for a metric that its name is not that of a counter.
    func informPossibleNonCounter(_ labels: LabelSet, at range: SourceRange) {
        // Asked of every series: without making a text of the name.
        let isNamedSo = labels.bytes.withUnsafeBytes { bytes in
            let name = LabelBytes.metricName(in: bytes)
            return name.isEmpty || Self.counterSuffixes.contains { name.suffix($0.count).elementsEqual($0) }
        }
        if isNamedSo { return }
        notes.inform(
            "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"\(labels.metricName)\" "
                + context.text.position(of: range))
    }

    private static let counterSuffixes = ["_total", "_sum", "_count", "_bucket"].map { Array($0.utf8) }
}

/// The text of a query, to say where something stands in it.
struct QueryText: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// `(2:5)`: line and column, from 1.
    func position(of range: SourceRange) -> String { "(\(place(of: range)))" }

    /// The same without parentheses.
    func place(of range: SourceRange) -> String {
        let before = bytes.prefix(range.start)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = range.start - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        return "\(line):\(column)"
    }
}

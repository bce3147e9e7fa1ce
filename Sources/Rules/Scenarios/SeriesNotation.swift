import PostwatchModel
import PromQL

/// Input series as Prometheus' unit tests write them: `metric{label="x"}` and `0+10x5 _ _x3 stale 1x2`, or native histograms:
/// `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}+{{sum:1 count:1 buckets:[1]}}x5`.
/// Source: Prometheus documentation, "Unit testing for rules", `<series>`.
public enum SeriesNotation {
    /// Why a text is not such a series.
    public struct Fault: Error, Hashable, Sendable {
        public let found: String
        public let expected: String
    }

    /// One point per interval; `nil` where there is no sample. `stale` is the stale marker.
    public static func points(_ text: String) throws(Fault) -> [SeriesPoint?] {
        var points: [SeriesPoint?] = []
        var rest = text.drop(while: \.isWhitespace)
        while !rest.isEmpty {
            if rest.hasPrefix("{{") {
                points += try histograms(&rest)
            } else {
                let item = rest.prefix { !$0.isWhitespace }
                points += try expand(item).map { $0.map { .value($0) } }
                rest = rest[item.endIndex...]
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return points
    }

    /// The labels of `metric{label="x"}` or `{label="x"}`.
    public static func labels(_ text: String) throws(Fault) -> LabelSet {
        if text == "{}" { return LabelSet() }
        do {
            return try PromQLQuery(text).selectedLabels
        } catch {
            throw Fault(found: "\"\(text)\" (\(error))", expected: "a series such as up{job=\"mail\"}")
        }
    }

    // MARK: - Private

    private static let longest = 10_000_000

    /// `{{…}}`, `{{…}}xn` (n + 1 copies), `{{…}}+{{…}}xn`, `{{…}}-{{…}}xn`, at the beginning of `text`, which is taken away from there.
    private static func histograms(_ text: inout Substring) throws(Fault) -> [SeriesPoint?] {
        let start = try histogram(&text)
        var factor = 0.0
        var step = start
        if let sign = text.first, sign == "+" || sign == "-" {
            factor = sign == "+" ? 1 : -1
            text.removeFirst()
            step = try histogram(&text)
        }
        let suffix = text.prefix { !$0.isWhitespace }
        text = text[suffix.endIndex...]
        if suffix.isEmpty && factor == 0 { return [.histogram(start)] }
        guard suffix.first == "x", let count = Int(suffix.dropFirst()), (0...longest).contains(count) else {
            throw Fault(found: "\"\(suffix)\" behind a histogram", expected: "how often it is repeated, such as x5")
        }
        if factor == 0 { return Array(repeating: .histogram(start), count: count + 1) }
        guard let steps = HistogramSteps(from: start, by: step) else {
            throw Fault(found: "a step whose buckets are not those of the histogram", expected: "one of the same schema")
        }
        return steps.expanded(count, factor: factor).map { .histogram($0) }
    }

    private static func histogram(_ text: inout Substring) throws(Fault) -> NativeHistogram {
        do throws(HistogramNotation.Fault) {
            return try HistogramNotation.read(from: &text)
        } catch {
            throw Fault(found: error.description, expected: "a histogram such as {{schema:0 sum:5 count:4 buckets:[1 2 1]}}")
        }
    }

    /// `a`, `axn` (n + 1 copies), `a+bxn`, `a-bxn`, `_`, `_xn` (n gaps), `stale`.
    private static func expand(_ item: Substring) throws(Fault) -> [Double?] {
        let fault = Fault(found: "the value \"\(item)\"", expected: "a notation such as 1, 0+10x5, _x3 or stale")
        if item == "_" { return [nil] }
        if item == "stale" { return [Sample.staleMarker] }
        guard let cross = item.lastIndex(of: "x") else {
            guard let value = Double(item) else { throw fault }
            return [value]
        }
        guard let count = Int(item[item.index(after: cross)...]), (0...longest).contains(count) else { throw fault }
        let base = item[..<cross]
        if base == "_" { return Array(repeating: nil, count: count) }
        if base == "stale" { return Array(repeating: Sample.staleMarker, count: count + 1) }
        guard let (start, increment) = progression(base) else { throw fault }
        return (0...count).map { start + Double($0) * increment }
    }

    private static func progression(_ text: Substring) -> (start: Double, increment: Double)? {
        if let start = Double(text) { return (start, 0) }
        // The sign between start and step is one that does not belong to an exponent.
        for index in text.indices.dropFirst() where text[index] == "+" || text[index] == "-" {
            guard let start = Double(text[..<index]), let step = Double(text[text.index(after: index)...]) else { continue }
            return (start, text[index] == "+" ? step : -step)
        }
        return nil
    }
}

import PostwatchModel
import PromQL

/// Input series as Prometheus' unit tests write them: `metric{label="x"}` and `0+10x5 _ _x3 stale 1x2`.
/// Source: Prometheus documentation, "Unit testing for rules", `<series>`.
public enum SeriesNotation {
    /// Why a text is not such a series.
    public struct Fault: Error, Hashable, Sendable {
        public let found: String
        public let expected: String
    }

    /// One value per interval; `nil` where there is no sample. `stale` is the stale marker.
    public static func values(_ text: String) throws(Fault) -> [Double?] {
        var values: [Double?] = []
        for item in text.split(whereSeparator: \.isWhitespace) { values += try expand(item) }
        return values
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

    /// `a`, `axn` (n + 1 copies), `a+bxn`, `a-bxn`, `_`, `_xn` (n gaps), `stale`.
    private static func expand(_ item: Substring) throws(Fault) -> [Double?] {
        let fault = Fault(found: "the value \"\(item)\"", expected: "a notation such as 1, 0+10x5, _x3 or stale")
        if item == "_" { return [nil] }
        if item == "stale" { return [Sample.staleMarker] }
        guard let cross = item.lastIndex(of: "x") else {
            guard let value = Double(item) else { throw fault }
            return [value]
        }
        guard let count = Int(item[item.index(after: cross)...]), (0...10_000_000).contains(count) else { throw fault }
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

import Foundation
import PostwatchModel

/// Reads the notation of test scripts, `{{schema:0 count:5 sum:3 buckets:[1 2 2] offset:0 …}}`.
///
/// Fields: `schema`, `count`, `sum`, `z_bucket`, `z_bucket_w`, `custom_values`, `buckets`, `offset`, `n_buckets`, `n_offset` and
/// `counter_reset_hint` (`unknown`, `reset`, `not_reset`, `gauge`), each at most once, in any order.
/// Source: Prometheus documentation, "Unit testing for rules".
public struct HistogramNotation: Sendable {
    /// What is wrong with a text, and where.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// Characters from the beginning of the text, from 0.
        public let offset: Int
        public let reason: String

        public var description: String { "histogram, character \(offset + 1): \(reason)" }
    }

    private let text: Substring
    private var rest: Substring
    private var seen: Set<String> = []
    private var histogram = NativeHistogram()
    private var positive: (offset: Int32, counts: [Double]) = (0, [])
    private var negative: (offset: Int32, counts: [Double]) = (0, [])

    private init(_ text: Substring) {
        self.text = text
        rest = text
    }

    /// Reads one histogram at the beginning of `text` and takes it away from there, so that repetition signs such as `x3` may follow.
    public static func read(from text: inout Substring) throws(Fault) -> NativeHistogram {
        var notation = HistogramNotation(text)
        let histogram = try notation.read()
        text = notation.rest
        return histogram
    }

    // MARK: - Private

    private mutating func read() throws(Fault) -> NativeHistogram {
        guard rest.hasPrefix("{{") else { throw fault("expected {{") }
        rest = rest.dropFirst(2)
        skipSpaces()
        while !rest.hasPrefix("}}") {
            try readField()
            skipSpaces()
        }
        rest = rest.dropFirst(2)
        (histogram.positiveSpans, histogram.positiveBuckets) = Self.buckets(positive)
        (histogram.negativeSpans, histogram.negativeBuckets) = Self.buckets(negative)
        return histogram
    }

    private mutating func readField() throws(Fault) {
        let start = rest
        let name = rest.prefix { $0.isLetter || $0 == "_" }.lowercased()
        guard !name.isEmpty else { throw fault(rest.isEmpty ? "expected }}" : "expected the name of a field or }}") }
        guard seen.insert(name).inserted else { throw fault("\(name) is given twice") }
        rest = rest.dropFirst(name.count)
        guard rest.first == ":" else { throw fault("expected : after \(name)") }
        rest = rest.dropFirst()
        switch name {
        case "schema": histogram.schema = try readInteger()
        case "count": histogram.count = try readNumber()
        case "sum": histogram.sum = try readNumber()
        case "z_bucket": histogram.zeroCount = try readNumber()
        case "z_bucket_w": histogram.zeroThreshold = try readNumber()
        case "custom_values": histogram.customBounds = try readList()
        case "buckets": positive.counts = try readList()
        case "offset": positive.offset = try readInteger()
        case "n_buckets": negative.counts = try readList()
        case "n_offset": negative.offset = try readInteger()
        case "counter_reset_hint": histogram.counterReset = try readCounterReset()
        default:
            rest = start
            throw fault("\(name) is no field of a histogram")
        }
    }

    private mutating func readCounterReset() throws(Fault) -> NativeHistogram.CounterReset {
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        let values: [String: NativeHistogram.CounterReset] = [
            "unknown": .unknown, "reset": .reset, "not_reset": .notReset, "gauge": .gauge,
        ]
        guard let value = values[word.lowercased()] else { throw fault("expected unknown, reset, not_reset or gauge") }
        rest = rest.dropFirst(word.count)
        return value
    }

    private mutating func readList() throws(Fault) -> [Double] {
        guard rest.first == "[" else { throw fault("expected [") }
        rest = rest.dropFirst()
        skipSpaces()
        var numbers: [Double] = []
        while rest.first != "]" {
            numbers.append(try readNumber())
            skipSpaces()
        }
        rest = rest.dropFirst()
        return numbers
    }

    private mutating func readInteger() throws(Fault) -> Int32 {
        let word = rest.prefix { $0.isNumber || "+-".contains($0) }
        guard let value = Int32(word) else { throw fault("expected a whole number") }
        rest = rest.dropFirst(word.count)
        return value
    }

    private mutating func readNumber() throws(Fault) -> Double {
        let word = rest.prefix { !$0.isWhitespace && $0 != "]" && $0 != "}" }
        guard let value = Self.number(word) else { throw fault("expected a number") }
        rest = rest.dropFirst(word.count)
        return value
    }

    /// Decimal, hexadecimal, `Inf` or `NaN`, with `_` between digits.
    private static func number(_ word: Substring) -> Double? {
        let text = word.filter { $0 != "_" }
        switch text.lowercased() {
        case "nan": return .nan
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        default: return text.contains { $0.isNumber } ? Double(text) : nil
        }
    }

    private static func buckets(_ list: (offset: Int32, counts: [Double])) -> ([NativeHistogram.Span], [Double]) {
        list.counts.isEmpty ? ([], []) : ([.init(offset: list.offset, length: UInt32(list.counts.count))], list.counts)
    }

    private mutating func skipSpaces() { rest = rest.drop(while: \.isWhitespace) }

    private func fault(_ reason: String) -> Fault {
        Fault(offset: text.distance(from: text.startIndex, to: rest.startIndex), reason: reason)
    }
}

extension NativeHistogram {
    /// Reads a whole text in the notation of test scripts; see `HistogramNotation`.
    public init(notation text: String) throws(HistogramNotation.Fault) {
        var rest = text[...]
        self = try HistogramNotation.read(from: &rest)
        guard rest.isEmpty else {
            throw HistogramNotation.Fault(offset: text.distance(from: text.startIndex, to: rest.startIndex), reason: "expected the end")
        }
    }
}

import Foundation

/// Reads a page of metrics line by line, in place: no text is made, nothing is copied. No bytes whatever make it stop otherwise than by
/// an `ExpositionFault`.
///
/// Whether the labels of a series make sense is only found out by `ExpositionLabels`: a reader that knows a series by its bytes need not
/// look into it again. Where both formats are read by one machine it is as lenient as the more lenient one, with blanks for example.
/// Sources: Prometheus documentation, "Exposition formats", text format 0.0.4; OpenMetrics 1.0 specification, section 4.
public struct ExpositionText {
    public enum Dialect: Hashable, Sendable {
        /// Prometheus' text format 0.0.4 and 1.0.0. Times are in milliseconds.
        case prometheus
        /// OpenMetrics 1.0. Times are in seconds; the page ends with `# EOF`.
        case openMetrics
    }

    private let page: UnsafeRawBufferPointer
    private let dialect: Dialect
    private var position = 0
    private var isEnded = false

    /// - Parameter page: must outlive the reader.
    public init(_ page: UnsafeRawBufferPointer, as dialect: Dialect) {
        self.page = page
        self.dialect = dialect
    }

    /// Whether a comment comes next.
    public var isAtComment: Bool { position < page.count && page[position] == Self.hash }

    /// Passes over the next line when it is this comment, which was read before and says nothing new.
    /// - Parameter line: a whole comment line as it stood on an earlier page, without its end.
    public mutating func skipComment(_ line: UnsafeRawBufferPointer) -> Bool {
        let end = position + line.count
        guard isAtComment, end < page.count, page[end] == Self.newline, isHere(line) else { return false }
        position = end + 1
        return true
    }

    /// Where the line begins that `next` will read.
    public var offset: Int { position }

    /// The next line, when it is about this series and nothing but a blank stands behind it; otherwise `nil`, and nothing was read.
    /// - Parameter series: as it stood on an earlier page, not empty.
    public mutating func sample(of series: UnsafeRawBufferPointer) throws(ExpositionFault) -> ExpositionLine.Sample? {
        let start = position
        let end = start + series.count
        guard end < page.count, page[end] == Self.blank, !isEnded, isHere(series) else { return nil }
        position = end + 1
        return try sample(start..<end)
    }

    /// The next sample or comment that says something; `nil` at the end of the page.
    public mutating func next() throws(ExpositionFault) -> ExpositionLine? {
        while true {
            skipBlanks()
            guard position < page.count else {
                if dialect == .openMetrics, !isEnded { throw .missingEnd }
                return nil
            }
            if page[position] == Self.newline {
                position += 1
                continue
            }
            if isEnded { throw .textAfterEnd(line: line) }
            if page[position] == Self.hash {
                if let comment = try comment() { return .comment(comment) }
                continue
            }
            let series = try series()
            return .sample(try sample(series))
        }
    }

    // MARK: - Private

    private static let newline = UInt8(ascii: "\n")
    private static let blank = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let hash = UInt8(ascii: "#")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// The number of the line at hand. Counted only for faults.
    private var line: Int {
        1 + page[..<min(position, page.count)].reduce(0) { $0 + ($1 == Self.newline ? 1 : 0) }
    }

    @inline(__always)
    private func isHere(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let here = page.baseAddress, let other = bytes.baseAddress else { return false }
        return memcmp(here + position, other, bytes.count) == 0
    }

    @inline(__always)
    private mutating func skipBlanks() {
        while position < page.count, page[position] == Self.blank || page[position] == Self.tab { position += 1 }
    }

    /// Up to the next blank or the end of the line.
    @inline(__always)
    private mutating func word() -> Range<Int> {
        let start = position
        while position < page.count, page[position] != Self.blank, page[position] != Self.newline, page[position] != Self.tab {
            position += 1
        }
        return start..<position
    }

    private func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: page[range])
    }

    // MARK: Samples

    private mutating func series() throws(ExpositionFault) -> Range<Int> {
        let start = position
        while position < page.count, ExpositionLabels.isNameByte(page[position]) { position += 1 }
        var end = position
        skipBlanks()
        if position < page.count, page[position] == UInt8(ascii: "{") {
            try skipBraces()
            end = position
        }
        guard end > start, (page[start] &- 0x30) > 9 else { throw .malformedSeries(line: line) }
        return start..<end
    }

    private mutating func skipBraces() throws(ExpositionFault) {
        var isQuoted = false
        while position < page.count {
            let byte = page[position]
            position += 1
            if byte == Self.backslash && isQuoted {
                position = min(position + 1, page.count)
            } else if byte == Self.quote {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "}") && !isQuoted {
                return
            } else if byte == Self.newline {
                position -= 1
                break
            }
        }
        throw .malformedSeries(line: line)
    }

    /// What stands behind the series, and the end of the line.
    @inline(__always)
    private mutating func sample(_ series: Range<Int>) throws(ExpositionFault) -> ExpositionLine.Sample {
        skipBlanks()
        guard let value = ExpositionNumber.double(part(word())) else { throw .malformedValue(line: line) }
        var sample = ExpositionLine.Sample(series: series, value: value, timestamp: nil, exemplar: nil)
        if position < page.count, page[position] == Self.newline {
            position += 1
            return sample
        }
        try finish(&sample)
        return sample
    }

    private mutating func finish(_ sample: inout ExpositionLine.Sample) throws(ExpositionFault) {
        skipBlanks()
        if position < page.count, page[position] != Self.newline, page[position] != Self.hash {
            sample.timestamp = try timestamp()
            skipBlanks()
        }
        if isAtComment, dialect == .openMetrics {
            position += 1
            skipBlanks()
            let start = position
            skipLine()
            guard start < position, page[start] == UInt8(ascii: "{") else { throw .malformedExemplar(line: line) }
            sample.exemplar = start..<position
        }
        guard position < page.count else { return }
        guard page[position] == Self.newline else { throw .unexpectedText(line: line) }
        position += 1
    }

    private mutating func timestamp() throws(ExpositionFault) -> Int64 {
        let text = part(word())
        switch dialect {
        case .prometheus:
            if let time = ExpositionNumber.integer(text) { return time }
        case .openMetrics:
            if let seconds = ExpositionNumber.double(text), let time = Int64(exactly: (seconds * 1000).rounded(.towardZero)) { return time }
        }
        throw .malformedTimestamp(line: line)
    }

    // MARK: Comments

    /// To the end of the line, which stays.
    private mutating func skipLine() {
        guard let base = page.baseAddress, position < page.count else { return }
        position = memchr(base + position, Int32(Self.newline), page.count - position).map { UnsafeRawPointer($0) - base } ?? page.count
    }

    /// `nil` for one that only people read.
    private mutating func comment() throws(ExpositionFault) -> ExpositionLine.Comment? {
        position += 1
        skipBlanks()
        let topic: ExpositionLine.Comment.Topic
        switch String(decoding: part(word()).prefix(8), as: UTF8.self) {
        case "HELP": topic = .help
        case "TYPE": topic = .type
        case "UNIT": topic = .unit
        case "EOF" where dialect == .openMetrics:
            isEnded = true
            fallthrough
        default:
            skipLine()
            return nil
        }
        skipBlanks()
        let family = try familyName()
        guard !family.isEmpty else { throw .malformedComment(line: line) }
        skipBlanks()
        let start = position
        skipLine()
        let text = start..<position
        if position < page.count { position += 1 }
        if topic == .type && text.isEmpty { throw .malformedComment(line: line) }
        guard ExpositionLabels.isText(part(text)), ExpositionLabels.isText(part(family)) else { throw .invalidText(line: line) }
        return ExpositionLine.Comment(topic: topic, family: family, text: text)
    }

    private mutating func familyName() throws(ExpositionFault) -> Range<Int> {
        guard position < page.count, page[position] == Self.quote else { return word() }
        position += 1
        let start = position
        while position < page.count, page[position] != Self.quote, page[position] != Self.newline {
            position += page[position] == Self.backslash ? 2 : 1
        }
        guard position < page.count, page[position] == Self.quote else {
            position = min(position, page.count)
            throw .malformedComment(line: line)
        }
        defer { position += 1 }
        return start..<position
    }
}

/// Why a page of metrics could not be read. `line` counts from 1.
public enum ExpositionFault: Error, Hashable, Sendable {
    /// Something else stands where a metric's name, a brace or a label was expected.
    case malformedSeries(line: Int)
    case malformedValue(line: Int)
    case malformedTimestamp(line: Int)
    case malformedExemplar(line: Int)
    /// A `HELP`, `TYPE` or `UNIT` line that says nothing.
    case malformedComment(line: Int)
    /// A name or a value that is not UTF-8.
    case invalidText(line: Int)
    /// More text stands behind what the line had to say.
    case unexpectedText(line: Int)
    /// An OpenMetrics page without `# EOF`: a part of it may be missing.
    case missingEnd
    /// OpenMetrics text behind `# EOF`.
    case textAfterEnd(line: Int)
    /// The bytes are no delimited protobuf messages. `offset` in bytes.
    case malformedMessage(offset: Int)
}

extension ExpositionFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformedSeries(let line): "line \(line): a metric's name with its labels was expected, such as up{job=\"mx\"}"
        case .malformedValue(let line): "line \(line): a number was expected behind the labels"
        case .malformedTimestamp(let line): "line \(line): a time was expected behind the value"
        case .malformedExemplar(let line): "line \(line): an exemplar was expected, such as # {trace_id=\"a\"} 1"
        case .malformedComment(let line): "line \(line): a metric's name and a text were expected behind HELP, TYPE or UNIT"
        case .invalidText(let line): "line \(line): a text is not UTF-8"
        case .unexpectedText(let line): "line \(line): the end of the line was expected"
        case .missingEnd: "the page does not end with # EOF: a part of it may be missing"
        case .textAfterEnd(let line): "line \(line): text stands behind # EOF"
        case .malformedMessage(let offset): "byte \(offset): a protobuf message was expected"
        }
    }
}

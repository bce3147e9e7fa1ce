/// Why a text is not a PromQL query: where, what stands there, and what could stand there instead.
public struct PromQLFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counts from 1.
    public let line: Int
    /// Counts bytes from 1.
    public let column: Int
    public let found: String
    public let expected: String

    init(_ position: SourcePosition, found: String, expected: String) {
        line = position.line
        column = position.column
        self.found = found
        self.expected = expected
    }

    /// `1:7: found "]", expected a duration`
    public var description: String { "\(line):\(column): found \(found), expected \(expected)" }
}

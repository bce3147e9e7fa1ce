/// Why a text is not a PromQL query: where, what is wrong there, and what could stand there instead.
public struct PromQLFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counts from 1.
    public let line: Int
    /// Counts bytes from 1.
    public let column: Int
    /// What is wrong, in Prometheus' words where it has some.
    public let message: String
    /// What stands there; the message where there is no shorter way to say it.
    public let found: String
    /// What to write instead.
    public let expected: String

    init(_ position: SourcePosition, _ message: String, found: String? = nil, expected: String) {
        line = position.line
        column = position.column
        self.message = message
        self.found = found ?? message
        self.expected = expected
    }

    /// `1:4: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()`
    public var description: String { "\(line):\(column): parse error: \(message)" }
}

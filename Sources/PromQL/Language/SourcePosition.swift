/// A place in the text of a query.
public struct SourcePosition: Hashable, Sendable {
    /// Counts from 1.
    public let line: Int
    /// Counts bytes from 1, as Prometheus' error messages do.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

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

    /// The place of the byte at `offset`, which may be behind the last one.
    init(offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.init(line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart + 1)
    }
}

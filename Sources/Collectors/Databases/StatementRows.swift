/// The rows of an answer while they come. Bounded as a whole, whatever the server sends.
struct StatementRows {
    enum Excess: Error, Hashable, Sendable {
        case rows, bytes
    }

    /// Far more than any answer has that a collector asks for.
    static let rowLimit = 10_000
    /// Names and values, and what a value costs beyond its bytes.
    static let byteLimit = 8 << 20
    static let bytesPerValue = 64

    private(set) var rows: [[String: Substring]] = []
    private var bytes = 0

    /// - Parameter row: each value by the name of its column.
    mutating func add(_ row: [String: Substring]) throws(Excess) {
        guard rows.count < Self.rowLimit else { throw .rows }
        for (name, value) in row { bytes += name.utf8.count + value.utf8.count + Self.bytesPerValue }
        guard bytes <= Self.byteLimit else { throw .bytes }
        rows.append(row)
    }
}

extension StatementRows.Excess: CustomStringConvertible {
    var description: String {
        switch self {
        case .rows: "more than \(StatementRows.rowLimit) rows"
        case .bytes: "more than \(StatementRows.byteLimit >> 20) MiB"
        }
    }
}

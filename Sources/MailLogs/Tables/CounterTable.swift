/// Counters, one for each pair of values of two labels.
struct CounterTable<Row: LabelValue, Column: LabelValue>: Sendable, Restorable {
    private var cells: [UInt64]
    private let width: Int

    init() {
        width = Column.allCases.count
        cells = Array(repeating: 0, count: Row.allCases.count * width)
    }

    @inline(__always)
    subscript(row: Row, column: Column) -> UInt64 {
        get { cells[Int(row.rawValue) &* width &+ Int(column.rawValue)] }
        set { cells[Int(row.rawValue) &* width &+ Int(column.rawValue)] = newValue }
    }

    func encode(to writer: inout ByteWriter) { writer.cells(cells) }
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) { try reader.cells(&cells) }
}

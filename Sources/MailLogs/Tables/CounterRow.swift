/// Counters, one for each value of one label.
struct CounterRow<Label: LabelValue>: Sendable, Restorable {
    private var cells: [UInt64]

    init() {
        cells = Array(repeating: 0, count: Label.allCases.count)
    }

    @inline(__always)
    subscript(label: Label) -> UInt64 {
        get { cells[Int(label.rawValue)] }
        set { cells[Int(label.rawValue)] = newValue }
    }

    var total: UInt64 { cells.reduce(0, &+) }

    func encode(to writer: inout ByteWriter) { writer.cells(cells) }
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) { try reader.cells(&cells) }
}

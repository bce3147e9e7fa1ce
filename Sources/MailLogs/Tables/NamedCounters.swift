/// Counters for each of a bounded set of names that only the log knows, and for each value of one label.
struct NamedCounters<Label: LabelValue>: Sendable, Restorable {
    private(set) var names: NameTable
    private var cells: [UInt64]
    private let width: Int

    init(limit: Int, longest: Int = 100, seed: UInt64) {
        names = NameTable(limit: limit, longest: longest, seed: seed)
        width = Label.allCases.count
        cells = Array(repeating: 0, count: width)
    }

    @discardableResult
    mutating func count(_ name: LogBytes, _ label: Label) -> Int {
        let number = names.number(of: name)
        while cells.count < names.count * width { cells.append(0) }
        cells[number * width + Int(label.rawValue)] += 1
        return number
    }

    /// Of a number of `names`, 0 for what came after the table was full.
    subscript(number: Int, label: Label) -> UInt64 {
        cells[number * width + Int(label.rawValue)]
    }

    func encode(to writer: inout ByteWriter) {
        names.encode(to: &writer)
        writer.cells(cells)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try names.decode(from: &reader)
        cells = Array(repeating: 0, count: names.count * width)
        try reader.cells(&cells)
    }
}

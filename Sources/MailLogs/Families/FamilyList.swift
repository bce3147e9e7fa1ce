/// Builds families from counters.
struct FamilyList {
    typealias Point = MailLogFamily.Point
    typealias Label = MailLogFamily.Label

    private(set) var families: [MailLogFamily] = []

    mutating func add(_ name: String, _ kind: MailLogFamily.Kind, _ help: String, _ points: [Point]) {
        families.append(MailLogFamily(name: name, kind: kind, help: help, points: points))
    }

    mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
        add(name, .counter, help, [Self.point([], value)])
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        add(name, .gauge, help, [Point(labels: [], value: .number(value))])
    }

    mutating func counters<Value: LabelValue>(_ name: String, _ help: String, _ label: String, _ row: CounterRow<Value>) {
        add(name, .counter, help, Value.allCases.map { Self.point([Label(label, $0.label)], row[$0]) })
    }

    mutating func counters<Row: LabelValue, Column: LabelValue>(
        _ name: String, _ help: String, _ labels: (row: String, column: String), _ table: CounterTable<Row, Column>, rows: [Row]? = nil
    ) {
        let points = (rows ?? Row.allCases).flatMap { row in
            Column.allCases.map { Self.point([Label(labels.row, row.label), Label(labels.column, $0.label)], table[row, $0]) }
        }
        add(name, .counter, help, points)
    }

    /// The named counters of one value of their label: one point for each name that was seen, and `other`.
    mutating func counters<Value: LabelValue>(
        _ name: String, _ help: String, _ label: String, _ named: NamedCounters<Value>, of value: Value
    ) {
        add(name, .counter, help, (0..<named.names.count).map { Self.point([Label(label, named.names.name($0))], named[$0, value]) })
    }

    static func point(_ labels: [Label], _ value: UInt64) -> Point {
        Point(labels: labels, value: .number(Double(value)))
    }
}

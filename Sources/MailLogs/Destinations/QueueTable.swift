/// A queue as a table: destination, age and reason of what waits, for the destinations with most of it.
///
/// Bounded: a domain that is not in the table takes the place of the one with the fewest messages; what that one had goes to the rest. The
/// ages are those of Postfix' qshape(1).
public struct QueueTable: Sendable {
    /// In seconds, inclusive: 5 minutes and on, each twice the one before.
    public static let ageBounds: [Int] = (0..<9).map { 300 << $0 }

    private static let width = QueueWait.count
    private static let ageCount = ageBounds.count + 1

    private struct Cell: Sendable {
        var messages = 0
        var oldestArrival = Int64.max
        /// The number of the last message that was counted here: it counts once.
        var lastMessage = 0

        mutating func add(_ other: Cell) {
            messages += other.messages
            oldestArrival = min(oldestArrival, other.oldestArrival)
        }
    }

    /// What is counted of one domain; its reasons and ages are in `cells` and `ages`.
    private struct Row: Sendable {
        var all = Cell()
        var ageSum: Int64 = 0
    }

    /// All of one domain, or of many together.
    private struct Sum {
        var all = Cell()
        var cells = [Cell](repeating: Cell(), count: QueueTable.width)
        var ages = [Int](repeating: 0, count: QueueTable.ageCount)
        var ageSum: Int64 = 0

        mutating func add(_ row: Row, cells: ArraySlice<Cell>, ages: ArraySlice<Int>) {
            all.add(row.all)
            ageSum += row.ageSum
            for (cause, cell) in cells.enumerated() { self.cells[cause].add(cell) }
            for (bucket, count) in ages.enumerated() { self.ages[bucket] += count }
        }
    }

    private let moment: Int64
    private let seed: UInt64
    private let keepsTexts: Bool
    private var domains: HeaviestDomains
    private var rows: [Row] = []
    /// `width` for each row.
    private var cells: [Cell] = []
    /// `ageCount` for each row.
    private var ages: [Int] = []
    private var rest = Sum()
    private var samples = SampleTexts()
    private var reasons = ReasonCache()
    private var message = 0
    private var arrival: Int64 = 0

    /// - Parameters:
    ///   - moment: to which ages are counted, in seconds since 1970-01-01T00:00:00Z.
    ///   - limit: Domains with a row of their own. > 0. One takes about 600 bytes.
    ///   - keepsTexts: Whether the words of the other side are kept, one for each domain and reason: 200 bytes more for each.
    ///   - seed: spreads domains, so that no sender of mail can choose names that collide.
    public init(at moment: Int64, limit: Int = 2000, keepsTexts: Bool = false, seed: UInt64 = .random(in: 0 ... .max)) {
        self.moment = moment
        self.keepsTexts = keepsTexts
        self.seed = seed
        domains = HeaviestDomains(limit: limit, seed: seed)
    }

    /// The next recipients are those of another message, which arrived then: seconds since 1970-01-01T00:00:00Z.
    public mutating func begin(arrival: Int64) {
        message += 1
        self.arrival = arrival
    }

    /// Counts a recipient who waits.
    /// - Parameters:
    ///   - address: as the queue has it: `local@domain`.
    ///   - text: why the last delivery was put off; empty when none was tried.
    public mutating func add(recipient address: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer) {
        let row = row(of: Self.domain(of: address))
        guard let start = text.baseAddress, text.count > 0 else {
            count(row, .untried)
            return
        }
        let bytes = LogBytes(start: start, count: text.count)
        let wait = QueueWait.putOff(reasons.reason(of: bytes, seed: seed))
        if keepsTexts, cells[row * Self.width + wait.index].messages == 0 {
            samples.set(row * Self.width + wait.index, bytes.prefix(2 * DestinationTable.longestSample))
        }
        count(row, wait)
    }

    /// Counts recipients who wait, of whom no more is known than their domain and why.
    public mutating func add(domain: String, _ wait: QueueWait) {
        var domain = domain
        let name = domain.withUTF8 { bytes in
            bytes.baseAddress.map { DomainName(LogBytes(start: UnsafeRawPointer($0), count: bytes.count)) } ?? .none
        }
        count(row(of: name), wait)
    }

    /// The domains with most messages, most first, then `other` for all the rest if there is any.
    /// - Parameter most: how many get a row of their own.
    public func destinations(most: Int) -> [WaitingDestination] {
        // Of as many messages always the same ones come first, so that no series comes and goes.
        let order = domains.order()
        let named = order.prefix(most).map { row in
            destination(sum(of: row), domains.name(row)) { samples.text(row * Self.width + $0) ?? "" }
        }
        var others = rest
        for row in order.dropFirst(most) { others.add(rows[row], cells: cells[Self.cells(of: row)], ages: ages[Self.ages(of: row)]) }
        return others.all.messages == 0 ? named : named + [destination(others, NameTable.other) { _ in "" }]
    }

    // MARK: - Private

    private static func domain(of address: UnsafeRawBufferPointer) -> DomainName {
        guard let start = address.baseAddress else { return .none }
        var at = address.count - 1
        while at >= 0, start.load(fromByteOffset: at, as: UInt8.self) != UInt8(ascii: "@") { at -= 1 }
        if at < 0 { return .none }
        return DomainName(LogBytes(start: start, count: address.count).dropFirst(at + 1))
    }

    private mutating func count(_ row: Int, _ wait: QueueWait) {
        Self.count(&cells[row * Self.width + wait.index], message, arrival)
        guard Self.count(&rows[row].all, message, arrival) else { return }
        domains.raise(row)
        let age = max(0, moment - arrival)
        rows[row].ageSum += age
        var bucket = 0
        while bucket < Self.ageBounds.count, age > Int64(Self.ageBounds[bucket]) { bucket += 1 }
        ages[row * Self.ageCount + bucket] += 1
    }

    /// Whether the message had not been counted there.
    @discardableResult
    private static func count(_ cell: inout Cell, _ message: Int, _ arrival: Int64) -> Bool {
        if cell.lastMessage == message { return false }
        cell.lastMessage = message
        cell.messages += 1
        cell.oldestArrival = min(cell.oldestArrival, arrival)
        return true
    }

    private func destination(_ sum: Sum, _ domain: String, _ text: (Int) -> String) -> WaitingDestination {
        let causes = sum.cells.indices.filter { sum.cells[$0].messages > 0 }.map { cause in
            WaitingDestination.Cause(
                wait: QueueWait(index: cause), messages: sum.cells[cause].messages, oldestArrival: sum.cells[cause].oldestArrival,
                lastText: text(cause))
        }
        return WaitingDestination(
            domain: domain, messages: sum.all.messages, oldestArrival: sum.all.oldestArrival, ages: sum.ages, ageSum: sum.ageSum,
            causes: causes.sorted { ($0.messages, $1.wait.label) > ($1.messages, $0.wait.label) })
    }

    private mutating func row(of name: DomainName) -> Int {
        switch domains.row(of: name) {
        case .known(let row): return row
        case .added(let row):
            rows.append(Row())
            cells.append(contentsOf: repeatElement(Cell(), count: Self.width))
            ages.append(contentsOf: repeatElement(0, count: Self.ageCount))
            return row
        case .taken(let row):
            rest.add(rows[row], cells: cells[Self.cells(of: row)], ages: ages[Self.ages(of: row)])
            rows[row] = Row()
            for cell in Self.cells(of: row) { cells[cell] = Cell() }
            for age in Self.ages(of: row) { ages[age] = 0 }
            samples.clear(Self.cells(of: row))
            return row
        }
    }

    private func sum(of row: Int) -> Sum {
        var sum = Sum()
        sum.add(rows[row], cells: cells[Self.cells(of: row)], ages: ages[Self.ages(of: row)])
        return sum
    }

    private static func cells(of row: Int) -> Range<Int> { row * width..<(row + 1) * width }
    private static func ages(of row: Int) -> Range<Int> { row * ageCount..<(row + 1) * ageCount }
}

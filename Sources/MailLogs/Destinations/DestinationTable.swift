/// What became of mail by the domain of its recipients, for the domains with most of it. Bounded: a domain that is not in the table takes
/// the place of the one with the least; what that one had goes to the rest, so that the sums of all stay exact.
/// Source: Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005 (Space-Saving).
struct DestinationTable: Sendable {
    /// The last text for a domain and a reason is cut here.
    static let longestSample = 200
    private static let width = 3 + DeliveryReason.allCases.count

    let limit: Int
    private let seed: UInt64
    private var names: [DomainName] = []
    /// How much there was of each at most: what it had, and what the one had whose place it took.
    private var weights: [UInt64] = []
    /// For each: delivered, deferred, bounced, and the two latter by reason.
    private var cells: [UInt64] = []
    /// The same of all domains that have no place.
    private var rest = [UInt64](repeating: 0, count: width)
    private var index = IndexTable()
    private var samples = SampleTexts()
    /// No weight is less than this.
    private var least: UInt64 = 0
    private var hand = 0

    /// - Parameter limit: > 0.
    init(limit: Int, seed: UInt64) {
        precondition(limit > 0, "a table of destinations needs room for one")
        self.limit = limit
        self.seed = seed
    }

    @inline(__always)
    mutating func count(_ name: DomainName, _ status: DeliveryStatus, _ reason: DeliveryReason, _ text: LogBytes) {
        let hash = name.hash(seed: seed)
        let row: Int
        if let known = index.find(hash, { names[$0] == name }) {
            row = known
            weights[row] &+= 1
        } else {
            row = add(name, hash)
        }
        let base = row &* Self.width
        if status == .sent {
            cells[base] &+= 1
        } else {
            cells[base &+ (status == .deferred ? 1 : 2)] &+= 1
            cells[base &+ 3 &+ Int(reason.rawValue)] &+= 1
            samples.set(row &* DeliveryReason.allCases.count &+ Int(reason.rawValue), text.prefix(2 * Self.longestSample))
        }
    }

    /// All domains of the table, the ones with most mail first; without what only the ledger knows.
    func destinations() -> [MailDestination] {
        names.indices.sorted { (weights[$0], names[$1].text) > (weights[$1], names[$0].text) }.map { row in
            // Who sends mail to `a@other` shall not be taken for the rest.
            destination(
                names[row].text == NameTable.other ? "other." : names[row].text, Array(cells[row * Self.width..<(row + 1) * Self.width]),
                row)
        }
    }

    /// The sum of all domains that are not in the table.
    func others() -> MailDestination { destination(NameTable.other, rest, nil) }

    // MARK: - Private

    private func destination(_ domain: String, _ values: [UInt64], _ row: Int?) -> MailDestination {
        var destination = MailDestination(domain: domain)
        destination.delivered = Int(values[0])
        destination.deferred = Int(values[1])
        destination.bounced = Int(values[2])
        for reason in DeliveryReason.allCases where values[3 + Int(reason.rawValue)] > 0 {
            let sample = row.flatMap { samples.text($0 * DeliveryReason.allCases.count + Int(reason.rawValue)) } ?? ""
            destination.reasons[reason] = MailDestination.Problem(count: Int(values[3 + Int(reason.rawValue)]), lastText: sample)
        }
        return destination
    }

    private mutating func add(_ name: DomainName, _ hash: UInt64) -> Int {
        if names.count < limit {
            names.append(name)
            weights.append(1)
            cells.append(contentsOf: repeatElement(0, count: Self.width))
            index.insert(hash, names.count - 1)
            return names.count - 1
        }
        let row = lightest()
        index.remove(names[row].hash(seed: seed), row)
        for cell in 0..<Self.width {
            rest[cell] &+= cells[row * Self.width + cell]
            cells[row * Self.width + cell] = 0
        }
        samples.clear(row * DeliveryReason.allCases.count..<(row + 1) * DeliveryReason.allCases.count)
        names[row] = name
        weights[row] &+= 1
        index.insert(hash, row)
        return row
    }

    /// A domain with the least weight. Weights only rise, so the search goes on where it ended as long as it finds one as light as before.
    private mutating func lightest() -> Int {
        for _ in 0..<limit {
            hand = hand + 1 < limit ? hand + 1 : 0
            if weights[hand] <= least { return hand }
        }
        least = weights.min() ?? 0
        return weights.firstIndex(of: least) ?? 0
    }
}

extension DestinationTable: Restorable {
    func encode(to writer: inout ByteWriter) {
        writer.cells(rest)
        writer.number(names.count)
        for row in names.indices {
            writer.bytes(names[row].bytes)
            writer.number(weights[row])
            writer.cells(Array(cells[row * Self.width..<(row + 1) * Self.width]))
            for reason in 0..<DeliveryReason.allCases.count { writer.bytes(samples.bytes(row * DeliveryReason.allCases.count + reason)) }
        }
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try reader.cells(&rest)
        for row in 0..<(try reader.count(upTo: limit)) {
            let name = DomainName(try reader.bytes())
            let hash = name.hash(seed: seed)
            guard index.find(hash, { names[$0] == name }) == nil, add(name, hash) == row else { throw .damaged }
            weights[row] = try reader.number()
            var values = [UInt64](repeating: 0, count: Self.width)
            try reader.cells(&values)
            cells.replaceSubrange(row * Self.width..<(row + 1) * Self.width, with: values)
            for reason in 0..<DeliveryReason.allCases.count {
                samples.restore(row * DeliveryReason.allCases.count + reason, try reader.bytes())
            }
        }
    }
}

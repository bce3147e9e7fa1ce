/// What became of mail by the domain of its recipients, for the domains with most of it. Bounded: a domain that is not in the table takes
/// the place of the one with the least; what that one had goes to the rest, so that the sums of all stay exact.
struct DestinationTable: Sendable {
    /// The last text for a domain and a reason is cut here.
    static let longestSample = 200
    private static let width = 3 + DeliveryReason.allCases.count

    private var domains: HeaviestDomains
    /// For each: delivered, deferred, bounced, and the two latter by reason.
    private var cells: [UInt64] = []
    /// The same of all domains that have no place.
    private var rest = [UInt64](repeating: 0, count: width)
    private var samples = SampleTexts()

    /// - Parameter limit: > 0.
    init(limit: Int, seed: UInt64) {
        domains = HeaviestDomains(limit: limit, seed: seed)
    }

    @inline(__always)
    mutating func count(_ name: DomainName, _ status: DeliveryStatus, _ reason: DeliveryReason, _ text: LogBytes) {
        let row = row(of: name)
        domains.raise(row)
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
        domains.order().map { row in
            destination(domains.name(row), Array(cells[row * Self.width..<(row + 1) * Self.width]), row)
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

    @inline(__always)
    private mutating func row(of name: DomainName) -> Int {
        switch domains.row(of: name) {
        case .known(let row): return row
        case .added(let row):
            cells.append(contentsOf: repeatElement(0, count: Self.width))
            return row
        case .taken(let row):
            clear(row)
            return row
        }
    }

    /// What a row has goes to the rest.
    private mutating func clear(_ row: Int) {
        for cell in 0..<Self.width {
            rest[cell] &+= cells[row * Self.width + cell]
            cells[row * Self.width + cell] = 0
        }
        samples.clear(row * DeliveryReason.allCases.count..<(row + 1) * DeliveryReason.allCases.count)
    }
}

extension DestinationTable: Restorable {
    func encode(to writer: inout ByteWriter) {
        writer.cells(rest)
        writer.number(domains.names.count)
        for row in domains.names.indices {
            writer.bytes(domains.names[row].bytes)
            writer.number(domains.weights[row])
            writer.cells(Array(cells[row * Self.width..<(row + 1) * Self.width]))
            for reason in 0..<DeliveryReason.allCases.count { writer.bytes(samples.bytes(row * DeliveryReason.allCases.count + reason)) }
        }
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try reader.cells(&rest)
        for row in 0..<(try reader.count(upTo: domains.limit)) {
            guard case .added(row) = domains.row(of: DomainName(try reader.bytes())) else { throw .damaged }
            domains.restore(row, weight: try reader.number())
            cells.append(contentsOf: repeatElement(0, count: Self.width))
            var values = [UInt64](repeating: 0, count: Self.width)
            try reader.cells(&values)
            cells.replaceSubrange(row * Self.width..<(row + 1) * Self.width, with: values)
            for reason in 0..<DeliveryReason.allCases.count {
                samples.restore(row * DeliveryReason.allCases.count + reason, try reader.bytes())
            }
        }
    }
}

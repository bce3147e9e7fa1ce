/// Which domains have a row of a bounded table: those with most weight, as far as that can be known in bounded memory. A domain that has
/// none takes the row of the lightest, and its weight with it. What is in the rows is for the table.
/// Source: Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005 (Space-Saving).
struct HeaviestDomains: Sendable {
    enum Row {
        case known(Int)
        /// The next row, which is new.
        case added(Int)
        /// The row of a domain that has none any more.
        case taken(Int)
    }

    let limit: Int
    private let seed: UInt64
    /// By row.
    private(set) var names: [DomainName] = []
    /// How much there was of each at most: what it had, and what the one had whose row it took. They only rise.
    private(set) var weights: [UInt64] = []
    private var index = IndexTable()
    /// No weight is less than this.
    private var least: UInt64 = 0
    private var hand = 0

    /// - Parameters:
    ///   - limit: > 0.
    ///   - seed: spreads domains, so that nobody can choose names that collide.
    init(limit: Int, seed: UInt64) {
        precondition(limit > 0, "a table of destinations needs room for one")
        self.limit = limit
        self.seed = seed
    }

    /// The row of a domain, which has one from now on.
    @inline(__always)
    mutating func row(of name: DomainName) -> Row {
        let hash = name.hash(seed: seed)
        if let known = index.find(hash, { names[$0] == name }) { return .known(known) }
        return add(name, hash)
    }

    @inline(__always)
    mutating func raise(_ row: Int) {
        weights[row] &+= 1
    }

    /// Puts back what was read of a row that was just added.
    mutating func restore(_ row: Int, weight: UInt64) {
        weights[row] = weight
    }

    /// All rows, the heaviest first, and in an order of names where they weigh the same: always the same rows come first.
    func order() -> [Int] {
        names.indices.sorted { left, right in
            weights[left] == weights[right] ? names[right] > names[left] : weights[left] > weights[right]
        }
    }

    /// The domain of a row for people. Who sends mail to `a@other` shall not be taken for the rest.
    func name(_ row: Int) -> String {
        let text = names[row].text
        return text == NameTable.other ? "other." : text
    }

    // MARK: - Private

    private mutating func add(_ name: DomainName, _ hash: UInt64) -> Row {
        if names.count < limit {
            names.append(name)
            weights.append(0)
            index.insert(hash, names.count - 1)
            return .added(names.count - 1)
        }
        let row = lightest()
        index.remove(names[row].hash(seed: seed), row)
        names[row] = name
        index.insert(hash, row)
        return .taken(row)
    }

    /// A row with the least weight. Weights only rise, so the search goes on where it ended as long as it finds one as light as before.
    private mutating func lightest() -> Int {
        for _ in 0..<limit {
            hand = hand + 1 < limit ? hand + 1 : 0
            if weights[hand] <= least { return hand }
        }
        least = weights.min() ?? 0
        return weights.firstIndex(of: least) ?? 0
    }
}

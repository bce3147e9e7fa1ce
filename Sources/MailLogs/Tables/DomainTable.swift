/// Numbers for the domains of messages in the ledger. Number 0 is no domain, or one that found no place. A number that nobody holds any
/// more is given to another domain.
struct DomainTable: Sendable {
    private let limit: Int
    private let seed: UInt64
    private var names: [DomainName] = [.none]
    private var holders: [UInt32] = [0]
    private var free: [UInt32] = []
    private var index = IndexTable()

    init(limit: Int, seed: UInt64) {
        self.limit = limit
        self.seed = seed
    }

    /// How many domains are held.
    var count: Int { index.count }

    func name(_ number: UInt32) -> DomainName { names[Int(number)] }

    /// The number of a domain, held once more.
    @inline(__always)
    mutating func hold(_ name: DomainName) -> UInt32 {
        if name.isNone { return 0 }
        let hash = name.hash(seed: seed)
        if let number = index.find(hash, { names[$0] == name }) {
            holders[number] += 1
            return UInt32(truncatingIfNeeded: number)
        }
        return add(name, hash)
    }

    /// Lets go of a number that `hold` gave.
    @inline(__always)
    mutating func release(_ number: UInt32) {
        if number == 0 { return }
        holders[Int(number)] -= 1
        if holders[Int(number)] == 0 { drop(Int(number)) }
    }

    // MARK: - Private

    private mutating func add(_ name: DomainName, _ hash: UInt64) -> UInt32 {
        guard count < limit else { return 0 }
        let number: Int
        if let reused = free.popLast() {
            number = Int(reused)
            names[number] = name
            holders[number] = 1
        } else {
            number = names.count
            names.append(name)
            holders.append(1)
        }
        index.insert(hash, number)
        return UInt32(number)
    }

    private mutating func drop(_ number: Int) {
        index.remove(names[number].hash(seed: seed), number)
        free.append(UInt32(number))
    }
}

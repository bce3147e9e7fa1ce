import PostwatchModel

/// The smallest set of places that explains which cells of a matrix fail and which do not.
///
/// A set explains a failing cell when one of its places is on the cell's way. Cells that pass speak for the places on theirs: not absolutely,
/// since a place may fail only now and then, but a place is the dearer the larger the part of its cells that pass. Of all sets that explain every
/// failing cell the cheapest is taken: exactly while the search is short, and greedily beyond.
public struct Localisation: Hashable, Sendable {
    /// A place that was found, and what it explains.
    public struct Cause: Hashable, Sendable {
        /// Places that explain the same cells equally well, sorted; one when the evidence tells them apart.
        public let suspects: [Suspect]
        public let failing: Int
        public let passing: Int

        public var isCertain: Bool { suspects.count == 1 }
    }

    /// The cause of most failing cells first.
    public let causes: [Cause]
    /// Failing cells that nothing explains: whatever is on their way works for most others.
    public let unexplained: Int

    /// A place of whose cells fewer than this part fail is not accused.
    private static let leastFailingShare = 0.3
    /// What it costs, at most, that cells pass.
    private static let passingCost = 4.0
    /// Looks at single cells that the exact search may take.
    private static let patience = 200_000

    /// - Parameter evidence: of the cells of one matrix. A cell that has passed counts only for places of which a failing cell began to fail
    ///   before its last run: what was good before the trouble acquits nobody.
    public init(_ evidence: [JourneyEvidence]) {
        let failing = evidence.filter(\.isFailing)
        let groups = Self.groups(failing: failing, others: evidence.filter { !$0.isFailing && $0.lastStartedAt != nil })
        let coverable = groups.reduce(into: Cells()) { $0.formUnion($1.failing) }
        unexplained = failing.count - coverable.count
        causes = Self.cheapest(groups, covering: coverable).map { group in
            Cause(suspects: group.suspects.sorted(), failing: group.failing.count, passing: group.passing)
        }
        .sorted { left, right in
            left.failing == right.failing ? left.suspects[0] < right.suspects[0] : left.failing > right.failing
        }
    }

    // MARK: - Private

    /// Numbers of failing cells.
    private typealias Cells = Set<Int>

    /// Suspects that explain the same failing cells at the same cost.
    private struct Group {
        var suspects: [Suspect]
        let failing: Cells
        let passing: Int
        let cost: Double
    }

    private struct Account {
        var failing = Cells()
        var since = Timestamp(milliseconds: .max)
        var passing = 0

        mutating func note(failing number: Int, since: Timestamp?) {
            failing.insert(number)
            if let since { self.since = min(self.since, since) }
        }
    }

    private static func groups(failing: [JourneyEvidence], others: [JourneyEvidence]) -> [Group] {
        var accounts: [Suspect: Account] = [:]
        for (number, cell) in failing.enumerated() {
            for suspect in suspects(of: cell) {
                accounts[suspect, default: Account()].note(failing: number, since: cell.failingSince)
            }
        }
        for cell in others {
            guard let last = cell.lastStartedAt else { continue }
            for suspect in suspects(of: cell) {
                guard let since = accounts[suspect]?.since, last >= since else { continue }
                accounts[suspect]?.passing += 1
            }
        }
        var groups: [Cells: Group] = [:]
        for (suspect, account) in accounts.sorted(by: { $0.key < $1.key }) {
            let all = Double(account.failing.count + account.passing)
            guard Double(account.failing.count) / all >= leastFailingShare else { continue }
            let cost = suspect.cost + passingCost * Double(account.passing) / all
            if let known = groups[account.failing], known.cost <= cost {
                if known.cost == cost { groups[account.failing]?.suspects.append(suspect) }
                continue
            }
            groups[account.failing] = Group(suspects: [suspect], failing: account.failing, passing: account.passing, cost: cost)
        }
        return withoutInferior(Array(groups.values))
    }

    private static func suspects(of cell: JourneyEvidence) -> [Suspect] {
        var suspects = cell.path.map(Suspect.node)
        suspects += zip(cell.path, cell.path.dropFirst()).map { Suspect.link(from: $0, to: $1) }
        suspects += cell.traits.map { Suspect.trait(label: $0.key, value: $0.value) }
        if let vantage = cell.vantage { suspects.append(.trait(label: "vantage", value: vantage)) }
        return suspects
    }

    /// Without groups of which another explains as much for less. Those that explain most come first.
    private static func withoutInferior(_ groups: [Group]) -> [Group] {
        let sorted = groups.sorted { left, right in
            if left.failing.count != right.failing.count { return left.failing.count > right.failing.count }
            return left.cost == right.cost ? left.suspects[0] < right.suspects[0] : left.cost < right.cost
        }
        var kept: [Group] = []
        // A group that explains as much explains each single cell, so those of one cell are enough to look at.
        var keptOfCell: [Int: [Int]] = [:]
        for group in sorted {
            let rivals = group.failing.first.flatMap { keptOfCell[$0] } ?? []
            let isInferior = rivals.contains { index in
                kept[index].cost <= group.cost && kept[index].failing.count > group.failing.count
                    && kept[index].failing.isSuperset(of: group.failing)
            }
            guard !isInferior else { continue }
            for cell in group.failing { keptOfCell[cell, default: []].append(kept.count) }
            kept.append(group)
        }
        return kept
    }

    private static func cheapest(_ groups: [Group], covering cells: Cells) -> [Group] {
        var search = Search(groups: groups, best: greedy(groups, covering: cells), looks: patience)
        search.extend([], cost: 0, uncovered: cells)
        return search.best
    }

    /// Always the group that explains most for its cost.
    private static func greedy(_ groups: [Group], covering cells: Cells) -> [Group] {
        var uncovered = cells
        var chosen: [Group] = []
        while !uncovered.isEmpty {
            let gains = groups.map { Double($0.failing.intersection(uncovered).count) / $0.cost }
            guard let most = gains.max(), most > 0, let index = gains.firstIndex(of: most) else { break }
            chosen.append(groups[index])
            uncovered.subtract(groups[index].failing)
        }
        return chosen
    }

    /// Branch and bound over the groups that explain the cell with the fewest.
    private struct Search {
        let groups: [Group]
        var best: [Group]
        var looks: Int

        private let groupsOfCell: [Int: [Int]]
        private var bound: Double

        init(groups: [Group], best: [Group], looks: Int) {
            self.groups = groups
            self.best = best
            self.looks = looks
            bound = best.reduce(0) { $0 + $1.cost }
            var groupsOfCell: [Int: [Int]] = [:]
            for (index, group) in groups.enumerated() {
                for cell in group.failing { groupsOfCell[cell, default: []].append(index) }
            }
            self.groupsOfCell = groupsOfCell
        }

        mutating func extend(_ chosen: [Group], cost: Double, uncovered: Cells) {
            guard !uncovered.isEmpty else {
                if cost < bound - 1e-9 { (best, bound) = (chosen, cost) }
                return
            }
            looks -= uncovered.count
            guard looks > 0 else { return }
            var options: [Int]?
            for cell in uncovered.sorted().prefix(16) {
                let own = groupsOfCell[cell] ?? []
                if options.map({ own.count < $0.count }) ?? true { options = own }
            }
            for index in options ?? [] where cost + groups[index].cost < bound - 1e-9 {
                extend(
                    chosen + [groups[index]], cost: cost + groups[index].cost, uncovered: uncovered.subtracting(groups[index].failing))
            }
        }
    }
}

extension Localisation.Cause: CustomStringConvertible {
    /// `mailstore-2`, or `imap-proxy-1 or mailstore-2` where nothing tells them apart.
    public var description: String { suspects.map { "\($0)" }.joined(separator: " or ") }
}

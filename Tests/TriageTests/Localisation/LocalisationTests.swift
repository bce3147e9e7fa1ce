import PostwatchModel
import TestSupport
import Testing

@testable import Triage

@Suite("Localisation")
struct LocalisationTests {
    /// What a cell of the matrix goes through.
    private struct Cell {
        let path: [String]
        var account: String?
        var vantage: String?
    }

    private static let since = Timestamp(seconds: 1000)

    private static func evidence(_ cells: [Cell], failing isFailing: (Int, Cell) -> Bool) -> [JourneyEvidence] {
        cells.enumerated().map { number, cell in
            JourneyEvidence(
                journey: "read-\(number)", vantage: cell.vantage, matrix: "read", path: cell.path,
                traits: cell.account.map { ["account": $0] } ?? [:], lastStartedAt: since + .seconds(30),
                failingSince: isFailing(number, cell) ? since : nil)
        }
    }

    /// Every proxy to every mailstore, with two accounts on each.
    private static func platform(proxies: Int = 5, stores: Int = 4, vantages: [String?] = [nil]) -> [Cell] {
        (1...proxies).flatMap { proxy in
            (1...stores).flatMap { store in
                ["a", "b"].flatMap { account in
                    vantages.map { Cell(path: ["proxy-\(proxy)", "store-\(store)"], account: "\(account)\(store)", vantage: $0) }
                }
            }
        }
    }

    private static func causes(_ cells: [Cell], failing isFailing: (Int, Cell) -> Bool) -> [String] {
        Localisation(evidence(cells, failing: isFailing)).causes.map(\.description)
    }

    @Test("of 200 cells one node, whichever it is", arguments: ["proxy-3", "store-2", "proxy-10", "store-10"])
    func oneNode(node: String) {
        let cells = Self.platform(proxies: 10, stores: 10)
        #expect(cells.count == 200)
        let found = Localisation(Self.evidence(cells) { $1.path.contains(node) })
        #expect(found.causes.map(\.description) == [node])
        #expect(found.causes[0].failing == 20 && found.causes[0].passing == 0 && found.unexplained == 0)
    }

    @Test("two nodes at once are both named, and nothing else")
    func twoNodes() {
        let cells = Self.platform()
        #expect(Self.causes(cells) { $1.path.contains("store-2") || $1.path.contains("store-4") } == ["store-2", "store-4"])
        #expect(Set(Self.causes(cells) { $1.path.contains("store-2") || $1.path.contains("proxy-1") }) == ["store-2", "proxy-1"])
    }

    @Test("what is broken only together is the way between the two")
    func link() {
        #expect(Self.causes(Self.platform()) { $1.path == ["proxy-1", "store-2"] } == ["between proxy-1 and store-2"])
    }

    @Test("an account whose password has changed is no broken node")
    func account() {
        #expect(Self.causes(Self.platform()) { $1.account == "a2" } == ["account a2"])
    }

    @Test("a vantage that has lost its network accuses itself")
    func vantage() {
        let cells = Self.platform(vantages: ["dublin", "paris", "rome"])
        #expect(Self.causes(cells) { $1.vantage == "dublin" } == ["vantage dublin"])
    }

    @Test("a node that fails now and then is named all the same", arguments: [2, 3])
    func flaky(every: Int) {
        let cells = Self.platform(proxies: 10)
        #expect(Self.causes(cells) { $1.path[1] == "store-2" && $0 % 10 < 10 / every + 1 }.first == "store-2")
    }

    @Test("a single cell of many accuses nobody whose other cells pass")
    func singleCell() {
        let found = Localisation(Self.evidence(Self.platform()) { number, _ in number == 7 })
        #expect(found.causes.allSatisfy { cause in !cause.suspects.contains { if case .node = $0 { true } else { false } } })
    }

    @Test("what the evidence does not tell apart is named as such")
    func ambiguous() {
        let cells = [Cell(path: ["proxy-1", "store-1"]), Cell(path: ["proxy-2", "store-2"])]
        let found = Localisation(Self.evidence(cells) { number, _ in number == 0 })
        #expect(found.causes.map(\.description) == ["proxy-1 or store-1"])
        #expect(!found.causes[0].isCertain)
    }

    @Test("everything is the fault of what all have in common")
    func everything() {
        let cells = (1...10).map { Cell(path: ["proxy-1", "store-\($0)"], account: "a\($0)") }
        #expect(Self.causes(cells) { _, _ in true } == ["proxy-1"])
    }

    @Test("what passed before the trouble began acquits nobody")
    func oldNews() {
        let failing = JourneyEvidence(
            journey: "a", matrix: "m", path: ["proxy-1", "store-1"], lastStartedAt: Self.since, failingSince: Self.since)
        func other(at second: Double) -> JourneyEvidence {
            JourneyEvidence(journey: "b", matrix: "m", path: ["proxy-1", "store-2"], lastStartedAt: Timestamp(seconds: second))
        }
        #expect(Localisation([failing, other(at: 990)]).causes.map(\.description) == ["proxy-1 or store-1"])
        #expect(Localisation([failing, other(at: 1010)]).causes.map(\.description) == ["store-1"])
        let unknown = JourneyEvidence(journey: "c", matrix: "m", path: ["proxy-1", "store-3"])
        #expect(Localisation([failing, unknown]).causes.map(\.description) == ["proxy-1 or store-1"])
    }

    @Test("no cells, no failing cells, cells without a way: nothing is named")
    func nothing() {
        #expect(Localisation([]).causes.isEmpty)
        #expect(Self.causes(Self.platform()) { _, _ in false }.isEmpty)
        let lost = Localisation(Self.evidence([Cell(path: [])]) { _, _ in true })
        #expect(lost.causes.isEmpty && lost.unexplained == 1)
    }

    @Test("of a few broken nodes exactly those are named, whatever the order of the evidence", arguments: 0..<60)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let cells = Self.platform(proxies: 6, stores: 6)
        var broken: Set<String> = []
        for _ in 0...Int(generator.next() % 3) {
            broken.insert((generator.next() % 2 == 0 ? "proxy-" : "store-") + "\(1 + generator.next() % 6)")
        }
        var evidence = Self.evidence(cells) { !broken.isDisjoint(with: $1.path) }
        let expected = Localisation(evidence)
        evidence.shuffle(using: &generator)
        let found = Localisation(evidence)
        #expect(Set(found.causes.map(\.description)) == broken, "seed \(seed)")
        #expect(found == expected, "seed \(seed)")
        #expect(found.unexplained == 0)
    }

    @Test("the cheapest set is found where taking the largest first goes astray")
    func greedyTrap() {
        // Two stores explain all; a proxy explains more than either, and leaves two behind.
        let cells = [
            Cell(path: ["p", "s1"]), Cell(path: ["p", "s1"]), Cell(path: ["q", "s1"]), Cell(path: ["p", "s2"]), Cell(path: ["p", "s2"]),
            Cell(path: ["r", "s2"]),
        ]
        #expect(Set(Self.causes(cells) { _, _ in true }) == ["s1", "s2"])
    }

    @Test("thousands of cells with many causes come to an end", .timeLimit(.minutes(1)))
    func large() {
        var generator = SeededGenerator(seed: 7)
        let cells = (0..<2000).map { _ in
            Cell(path: ["a\(generator.next() % 30)", "b\(generator.next() % 30)", "c\(generator.next() % 30)"])
        }
        let found = Localisation(Self.evidence(cells) { number, _ in number % 3 == 0 })
        #expect(found.causes.count + found.unexplained > 0)
    }
}

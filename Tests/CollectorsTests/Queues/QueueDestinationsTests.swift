import MailLogs
import PostwatchModel
import Testing

@testable import Collectors

@Suite("The destinations of a queue")
struct QueueDestinationsTests {
    @Test("are counted, the one with most messages first, with its oldest arrival")
    func counts() {
        var table = QueueDestinations()
        table.add("a.example", arrivedAt: second(30))
        for arrival in [20, 10, 40] { table.add("b.example", arrivedAt: second(arrival)) }
        let (destinations, others) = table.summary(first: 10)
        #expect(destinations.map(\.domain) == ["b.example", "a.example"])
        #expect(destinations.map(\.messages) == [3, 1])
        #expect(destinations.map(\.oldestArrival) == [second(10), second(30)])
        #expect(others.messages == 0)
        #expect(others.oldestArrival == nil)
    }

    @Test("beyond those that are shown are one sum, as are those without a domain")
    func others() {
        var table = QueueDestinations()
        for (domain, count) in [("a", 3), ("b", 2), ("c", 1), ("", 1)] {
            for _ in 0..<count { table.add(domain, arrivedAt: second(count)) }
        }
        let (destinations, others) = table.summary(first: 1)
        #expect(destinations.map(\.domain) == ["a"])
        #expect(others.domain == "other")
        #expect(others.messages == 4)
        #expect(others.oldestArrival == second(1))
    }

    @Test("keep the heavy ones in a small table, and the sum of all is exact")
    func bounded() {
        var table = QueueDestinations(limit: 10)
        for round in 0..<1000 {
            table.add("heavy.example", arrivedAt: second(round))
            table.add("light-\(round).example", arrivedAt: second(round))
        }
        let (destinations, others) = table.summary(first: 10)
        #expect(destinations.first?.domain == "heavy.example")
        #expect(destinations.first?.messages == 1000)
        #expect(destinations.count == 10)
        #expect(destinations.reduce(others.messages) { $0 + $1.messages } == 2000)
        #expect(others.oldestArrival == second(0))
    }

    @Test("have the reason that most of their messages have, and ask for a few only")
    func reasons() {
        var table = QueueDestinations()
        table.add("a.example", arrivedAt: second(1))
        #expect(table.wantsReason(of: "a.example"))
        #expect(!table.wantsReason(of: "unknown.example"))
        for reason in [DeliveryReason.dns, .greylisting, .greylisting] { table.add(reason, of: "a.example") }
        table.add(.dns, of: "unknown.example")
        #expect(!table.wantsReason(of: "a.example"))
        #expect(table.summary(first: 1).destinations.first?.reason == .greylisting)
    }

    @Test("are not taken for the rest, nor longer than 64 bytes")
    func names() {
        var table = QueueDestinations()
        table.add("other", arrivedAt: second(1))
        #expect(table.summary(first: 1).destinations.first?.domain == "other.")
        var long = QueueDestinations()
        long.add(String(repeating: "x", count: 300) + ".example", arrivedAt: second(1))
        #expect(long.wantsReason(of: String(repeating: "x", count: 300) + ".example"))
        #expect(long.summary(first: 1).destinations.first?.domain == String(repeating: "x", count: 56) + ".example")
    }

    private func second(_ number: Int) -> Timestamp { Timestamp(milliseconds: Int64(number) * 1000) }
}

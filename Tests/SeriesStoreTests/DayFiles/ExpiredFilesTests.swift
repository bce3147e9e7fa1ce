import Testing

@testable import SeriesStore

@Suite("Files that are too old")
struct ExpiredFilesTests {
    static let days = (0..<30 as Range<Int64>).map { Day(number: $0) }
    static let day = Day.milliseconds

    @Test("go when their last moment is older than the retention")
    func retention() {
        let now = 29 * Self.day + 5
        #expect(ExpiredFiles.of(Self.days, now: now, retention: 10 * Self.day) == Array(Self.days.prefix(19)))
        #expect(ExpiredFiles.of(Self.days, now: now, retention: 100 * Self.day).isEmpty)
    }

    @Test("do not go because a clock jumped ahead, as long as it made one day only")
    func clockJump() {
        let future: Int64 = 4000
        #expect(ExpiredFiles.of(Self.days, now: future * Self.day, retention: 40 * Self.day).isEmpty)
        #expect(ExpiredFiles.of(Self.days + [Day(number: future)], now: future * Self.day, retention: 40 * Self.day).isEmpty)
        #expect(ExpiredFiles.of([], now: 0, retention: 1).isEmpty)
    }

    @Test("go, the oldest first, while all need more space than they may; the newest of each kind stay, and hours go last")
    func size() {
        let days = Self.days.prefix(5).map { (span: StoredSpan.day($0), bytes: 100) }
        #expect(ExpiredFiles.of(days, limit: 320) == days.prefix(2).map(\.span))
        #expect(ExpiredFiles.of(days, limit: 500).isEmpty)
        #expect(ExpiredFiles.of(days, limit: 0) == days.prefix(3).map(\.span))
        let months = [-400, -300, 0].flatMap { number in
            Resolution.allCases.map { (span: StoredSpan.month(Month(containing: Day(number: number)), $0), bytes: 100) }
        }
        let all = ExpiredFiles.of(days + months, limit: 0)
        #expect(all == [months[0].span, months[2].span] + days.prefix(3).map(\.span) + [months[1].span, months[3].span])
    }
}

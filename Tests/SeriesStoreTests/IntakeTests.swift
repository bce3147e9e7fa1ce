import ExpositionFormat
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Remote-write requests that come in")
struct IntakeTests {
    static let noon = StoreFixture.noon.milliseconds

    static func series(_ labels: [(String, String)], _ points: [(Int64, Double)] = [(noon, 1)]) -> RemoteWriteRequest.Series {
        RemoteWriteRequest.Series(
            labels: labels.map { RemoteWriteRequest.Label(name: $0, value: $1) },
            points: points.map { RemoteWriteRequest.Point(timestamp: $0, value: $1) })
    }

    static func body(_ series: RemoteWriteRequest.Series...) -> RemoteWriteBody {
        .snappy(SnappyBlock.compress(RemoteWriteRequest(series: series).encoded()))
    }

    // MARK: Labels

    @Test("are one series, however a sender orders its labels and whatever empty ones it adds")
    func aliases() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let forms: [[(String, String)]] = [
            [("__name__", "up"), ("instance", "mx-1")], [("instance", "mx-1"), ("__name__", "up")],
            [("__name__", "up"), ("empty", ""), ("instance", "mx-1")],
        ]
        for round in 0..<3 as Range<Int64> {
            for (index, form) in forms.enumerated() {
                let report = try await store.write(Self.body(Self.series(form, [(Self.noon + round * 10 + Int64(index), 1)])))
                #expect(report.samples == 1 && report.firstFault == nil)
            }
        }
        let labels = LabelSet(metric: "up", ["instance": "mx-1"])
        #expect(
            try await store.contents() == [
                labels: Dictionary(uniqueKeysWithValues: [0, 1, 2, 10, 11, 12, 20, 21, 22].map { (Self.noon + $0, Double(1).bitPattern) })
            ])
        #expect(store.status().series == 1)
        let again = try fixture.open(in: fixture.directory.snapshot())
        #expect(try await again.contents()[labels]?.count == 9)
    }

    @Test(
        "with a series that makes no sense are stored but for that one, which is named; a restart does not bring it back",
        arguments: [
            (series([]), "no labels"), (series([("", "x"), ("__name__", "bad")]), "series bad has a label without a name"),
            (series([("__name__", "bad"), ("a", "1"), ("a", "2")]), "series bad has a label twice"),
            (series([("__name__", String(repeating: "x", count: 70_000))]), "bytes, over the limit of 65536"),
            (series([("__name__", "")]), "no labels"), (series([("__name__", "bad")], [(.max, 1)]), "outside the years"),
        ])
    func faults(bad: RemoteWriteRequest.Series, fault: String) async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let good = Self.series([("__name__", "good")])
        let report = try await store.write(Self.body(bad, good, bad))
        #expect(report.firstFault?.contains(fault) == true, "\(report)")
        #expect(report.samples == 1 && report.refused == 2)
        #expect(store.status().refusals.invalid == 2)
        let again = try fixture.open(in: fixture.directory.snapshot())
        for store in [store, again] { #expect(try await store.contents().keys.map(\.metricName) == ["good"]) }
    }

    @Test("of which only some samples can be stored keep those")
    func partOfASeries() async throws {
        let store = try StoreFixture().open()
        let report = try await store.write(Self.body(Self.series([("__name__", "m")], [(Self.noon, 1), (.min, 2), (Self.noon + 1, 3)])))
        #expect(report.samples == 2 && report.refused == 1)
        #expect(try await store.contents()[LabelSet(metric: "m")]?.count == 2)
    }

    @Test("that are no requests are refused as a whole", arguments: [[], [0xFF, 0xFF], Array("nonsense".utf8)] as [[UInt8]])
    func malformed(bytes: [UInt8]) async throws {
        let store = try StoreFixture().open()
        let refusal = await #expect(throws: WriteRefusal.self) { try await store.write(.snappy(bytes)) }
        guard case .malformed = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(store.status().journalBytes == 0)
    }

    // MARK: Limits

    @Test("may not make more series than the limits allow; those that are known go on")
    func limits() async throws {
        var fixture = StoreFixture()
        fixture.configuration.limits.series = 3
        fixture.configuration.limits.seriesPerSource = 2
        let store = try fixture.open()
        func write(_ metric: String, _ instance: String, at time: Int64) async throws -> WriteReport {
            try await store.write(Self.body(Self.series([("__name__", metric), ("instance", instance)], [(time, 1)])))
        }
        for metric in ["a", "b"] { #expect(try await write(metric, "one", at: Self.noon).firstFault == nil) }
        #expect(
            try await write("c", "one", at: Self.noon).firstFault?.contains("instance=\"one\" is over the limit of 2 per source") == true)
        #expect(try await write("a", "two", at: Self.noon).firstFault == nil)
        #expect(try await write("b", "two", at: Self.noon).firstFault?.contains("over the limit of 3 (storage.limits.series)") == true)
        #expect(try await write("a", "one", at: Self.noon + 1).firstFault == nil)
        #expect(store.status().refusals.overLimit == 2)
        #expect(store.status().series == 3)
    }

    @Test("may not bring samples older than the window, when there is one; backfill of a series of its own may")
    func window() async throws {
        var fixture = StoreFixture()
        fixture.configuration.outOfOrderWindow = .seconds(60)
        let store = try fixture.open()
        let late = Self.series([("__name__", "m")], [(Self.noon - 60_000, 1), (Self.noon - 60_001, 1)])
        #expect(try await store.write(Self.body(Self.series([("__name__", "m")]))).firstFault == nil)
        let report = try await store.write(Self.body(late))
        #expect(report.samples == 1)
        #expect(report.firstFault?.contains("storage.out_of_order_window (1m)") == true)
        #expect(try await store.write(Self.body(Self.series([("__name__", "old")], [(0, 1), (1, 1)]))).firstFault == nil)
        #expect(store.status().refusals.tooOld == 1)
    }

    // MARK: Times

    @Test("may be ahead of the clock by ten minutes, and no more; old ones may be of any day that is kept")
    func future() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let points: [(Int64, Double)] = [(-1, 1), (Self.noon + 600_000, 1), (Self.noon + 600_001, 1), (Self.noon + 86_400_000_000, 1)]
        let report = try await store.write(Self.body(Self.series([("__name__", "m")], points)))
        #expect(report.samples == 2 && report.refused == 2)
        #expect(
            report.firstFault
                == "series m has a sample at \(Self.noon + 600_001) ms, ahead of the clock here by more than 10m; "
                + "set the clocks of both machines")
        #expect(try await store.contents()[LabelSet(metric: "m")]?.keys.sorted() == [-1, Self.noon + 600_000])
        #expect(store.status().refusals.invalid == 2)
    }

    @Test("may be of many days, but not of thousands")
    func days() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let points = (0..<1000).map { (Self.noon - Int64(999 - $0) * 86_400_000, 1.0) }
        let report = try await store.write(Self.body(Self.series([("__name__", "m")], points + [(points[0].0 + 1, 1)])))
        #expect(report.samples == 401 && report.refused == 600)
        #expect(report.firstFault?.contains("samples of more than 400 days") == true)
        #expect(try await store.write(Self.body(Self.series([("__name__", "n")], Array(points.prefix(400))))).firstFault == nil)
    }

    // MARK: Numbers

    @Test("do not count series that have ended for a limit")
    func endedSeries() async throws {
        var fixture = StoreFixture()
        fixture.configuration.limits.series = 12
        fixture.configuration.limits.seriesPerSource = 10
        let store = try fixture.open()
        func write(_ names: Range<Int>, at time: Int64) async throws -> WriteReport {
            let series = names.map { Self.series([("__name__", "m\($0)"), ("instance", "one")], [(time, 1)]) }
            return try await store.write(.plain(RemoteWriteRequest(series: series).encoded()))
        }
        #expect(try await write(0..<10, at: Self.noon).firstFault == nil)
        #expect(try await write(10..<11, at: Self.noon).firstFault?.contains("over the limit of 10 per source") == true)
        fixture.time.advance(by: .seconds(7201))
        #expect(try await write(0..<2, at: Self.noon + 7_201_000).firstFault == nil)
        try await store.flush()
        #expect(store.status().series == 2)
        let report = try await write(20..<30, at: Self.noon + 7_201_000)
        #expect(report.samples == 8 && report.refused == 2)
    }

    @Test("stay bounded when a sender writes the labels of a series in ever new ways")
    func manyAliases() async throws {
        let store = try StoreFixture().open()
        for index in 0..<3000 {
            let labels = [("__name__", "m"), ("unused\(index)", "")]
            _ = try await store.write(Self.body(Self.series(labels, [(Self.noon + Int64(index), 1)])))
        }
        #expect(store.status().series == 1 && store.status().samplesInMemory == 3000)
    }

    @Test("go on when series that ended are forgotten and numbers are given out anew")
    func generations() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let many = (0..<2000).map { Self.series([("__name__", "old"), ("n", "\($0)")]) }
        _ = try await store.write(.plain(RemoteWriteRequest(series: many).encoded()))
        fixture.time.advance(by: .seconds(10_000))
        let lasting = (0..<3).map { Self.series([("__name__", "new"), ("n", "\($0)")], [(Self.noon + 10_000_000, 1)]) }
        _ = try await store.write(.plain(RemoteWriteRequest(series: lasting).encoded()))
        try await store.flush()
        #expect(store.memory.withLock { $0.generation } == 1)
        #expect(store.status().series == 3)
        let next = lasting.map {
            RemoteWriteRequest.Series(labels: $0.labels, points: [.init(timestamp: Self.noon + 10_015_000, value: 2)])
        }
        _ = try await store.write(.plain(RemoteWriteRequest(series: next.reversed()).encoded()))
        let found = try await store.contents([LabelMatcher("__name__", equals: "new")])
        #expect(found.count == 3 && found.values.allSatisfy { $0.count == 2 })
        #expect(try await store.contents([LabelMatcher("__name__", equals: "old")]).count == 2000)
    }
}

@Suite("Flushes of odd requests")
struct OddFlushTests {
    @Test("write series with long label names of their own")
    func longNames() async throws {
        let store = try StoreFixture().open()
        let name = String(repeating: "n", count: 60_000)
        let series = (0..<1200).map { IntakeTests.series([("\(name)\($0)", "1")]) }
        for start in stride(from: 0, to: series.count, by: 400) {
            _ = try await store.write(.plain(RemoteWriteRequest(series: Array(series[start..<(start + 400)])).encoded()))
        }
        try await store.flush()
        #expect(store.status().samplesPending == 0)
        #expect(try await store.contents().count == 1200)
    }

    @Test("write what came late together with what came in order, and once")
    func late() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        for index in 0..<50 {
            let labels = [("__name__", "m"), ("n", "\(index)")]
            for time in [0, 30_000, 15_000, 45_000] as [Int64] {
                _ = try await store.write(IntakeTests.body(IntakeTests.series(labels, [(IntakeTests.noon + time, Double(time))])))
            }
        }
        let before = try await store.contents()
        try await store.flush()
        await store.close()
        #expect(try await fixture.open().contents() == before)
        #expect(before.count == 50 && before.values.allSatisfy { $0.count == 4 })
    }
}

import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Old days that are summed up")
struct DownsamplingTests {
    static let summaries: [SampleSelection.Summary] = [.last, .minimum, .maximum, .sum, .count]
    static let day = Day.milliseconds
    static let start = SummedStore.start

    private func stretch(_ days: ClosedRange<Int64>, _ resolution: Resolution) -> SampleBatch.CoarseStretch {
        SampleBatch.CoarseStretch(
            range: (Self.start + days.lowerBound * Self.day)...(Self.start + (days.upperBound + 1) * Self.day - 1),
            spacing: resolution.milliseconds)
    }

    private func dayFiles(_ directory: TestDirectory) -> Int { directory.names.count { Day(fileName: $0) != nil } }

    @Test(
        "answer as a naive look at the samples does, where summaries are welcome, and with the samples where not",
        arguments: 0..<8 as Range<UInt64>)
    func naive(seed: UInt64) async throws {
        var summed = SummedStore(seed: seed)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        #expect(try await store.coarseStretches().isEmpty)
        for resolution in Resolution.allCases {
            let length = resolution.milliseconds
            #expect(try await store.coarseStretches(coarseness: length + 1) == [stretch(0...3, resolution)])
            for summary in Self.summaries {
                let found = try await store.read(summary, coarseness: length)
                #expect(found == summed.expected(summary, resolution), "\(summary) \(resolution)")
            }
        }
        #expect(try await store.read(.last, coarseness: 299_999)[SummedStore.gauge] == summed.samples[SummedStore.gauge])
        #expect(try await store.coarseStretches(coarseness: 299_999) == [])
        // Merging changes nothing.
        try await store.merge()
        try await store.compact()
        #expect(try await store.read(.sum, coarseness: 300_000) == summed.expected(.sum, .fiveMinutes))
    }

    @Test("let a counter rise as far as its samples do", arguments: 0..<8 as Range<UInt64>)
    func counters(seed: UInt64) async throws {
        var summed = SummedStore(seed: seed)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        for resolution in Resolution.allCases {
            let found = try await store.readColumns(.counter, coarseness: resolution.milliseconds)
            let columns = try #require(found[SummedStore.counter])
            let samples = try #require(summed.samples[SummedStore.counter]).sorted { $0.key < $1.key }
            // From the end of the first stretch on both see the same.
            let firstEnd = resolution.end(ofStretchWith: samples[0].key)
            let edge = try #require(samples.last { $0.key <= firstEnd })
            let expected = NaiveSummary.increase(samples.filter { $0.key >= edge.key }.map(\.value))
            let after = zip(columns.timestamps, columns.values).filter { $0.0 >= edge.key }.map(\.1)
            #expect(NaiveSummary.increase(after) == expected, "\(resolution)")
        }
    }

    @Test("go when they are older than the retention, and not before they are summed up; what is left answers")
    func retention() async throws {
        var summed = SummedStore(seed: 1)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.removeExpired()
        #expect(dayFiles(summed.fixture.directory) == 4)
        try await store.sumUpAll()
        try await store.removeExpired()
        #expect(dayFiles(summed.fixture.directory) == 3)
        #expect(store.status().monthFiles == 2)
        #expect(try await store.coarseStretches() == [stretch(0...0, .fiveMinutes)])
        for summary in Self.summaries {
            let old = try await store.read(summary, through: Self.start + Self.day - 1)
            #expect(old == summed.expected(summary, .fiveMinutes, days: 0..<1))
        }
        let young = try await store.read(.last, from: Self.start + Self.day)[SummedStore.gauge]
        #expect(young == summed.samples[SummedStore.gauge]?.filter { $0.key >= Self.start + Self.day })
        #expect(try await store.coarseStretches(coarseness: 3_600_000) == [stretch(0...3, .oneHour)])
        // Only hours are left after forty days and the rest of the month.
        summed.fixture.time.set(Self.start + 76 * Self.day + 43_200_000)
        try await summed.append(
            [45, 75].flatMap { day in (0..<2).map { Sample(at: Self.start + (day + $0) * Self.day, 1) } }, to: store)
        try await store.flush()
        try await store.sumUpAll()
        try await store.removeExpired()
        #expect(!summed.fixture.directory.names.contains("series-2023-11-5m.sqlite"))
        #expect(
            try await store.read(.minimum, through: Self.start + 4 * Self.day)[SummedStore.gauge]
                == summed.expected(.minimum, .oneHour)[SummedStore.gauge])
    }

    @Test("are summed up once, whenever a crash comes in between", arguments: [SummedStore.gauge, SummedStore.counter])
    func crashes(labels: LabelSet) async throws {
        var summed = SummedStore(seed: 2)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        let pace = SummingPace(parts: 1, samplesAtOnce: 1, seriesAtOnce: 1)
        var steps = 0
        var isDone = false
        while !isDone {
            isDone = try await store.upkeep.sumUp(now: store.world.now(), configuration: store.configuration, pace: pace)
            steps += 1
            let copy = try summed.fixture.directory.snapshot()
            let again = try summed.fixture.open(in: copy)
            // Whatever is summed up so far, nothing is missing and nothing is there twice.
            let counted = try await again.read(.count, coarseness: 300_000)[labels]
            #expect(counted?.values.reduce(0, +) == Double(summed.samples[labels]?.count ?? 0))
            try await again.sumUpAll(pace: pace)
            for summary in Self.summaries {
                let found = try await again.read(summary, coarseness: 300_000)
                #expect(found == summed.expected(summary, .fiveMinutes))
            }
            await again.close()
        }
        #expect(steps > 12)
    }

    @Test("take in what comes late, in place while the samples are there, and added once they are gone", arguments: 0..<6 as Range<UInt64>)
    func late(seed: UInt64) async throws {
        var summed = SummedStore(seed: seed)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        for _ in 0..<3 {
            var late: [Sample] = []
            for _ in 0..<40 {
                let time = Self.start + Int64.random(in: 0..<(4 * Self.day), using: &summed.random)
                late.append(Sample(Bool.random(using: &summed.random) ? SummedStore.gauge : StoreFixture.series, at: time, 1000))
            }
            try await summed.append(late, to: store)
            #expect(
                try await store.read(.count, coarseness: 3_600_000)[SummedStore.gauge]?.values.reduce(0, +)
                    == Double(summed.samples[SummedStore.gauge]?.count ?? 0))
            try await store.flush()
            #expect(try await store.read(.last)[SummedStore.gauge] == summed.samples[SummedStore.gauge])
            try await store.sumUpAll()
            for summary in Self.summaries {
                let found = try await store.read(summary, coarseness: 300_000)
                #expect(found == summed.expected(summary, .fiveMinutes), "\(summary)")
            }
        }
        try await store.removeExpired()
        #expect(dayFiles(summed.fixture.directory) == 3)
        for round in 0..<2 as Range<Int64> {
            let late = (0..<30).map { _ in
                Sample(SummedStore.gauge, at: Self.start + Int64.random(in: 0..<Self.day, using: &summed.random), 2000)
            }
            try await summed.append(late, to: store)
            try await store.flush()
            // In the file of a day whose samples are gone, beside its summaries.
            #expect(dayFiles(summed.fixture.directory) == 4)
            let sum = try await store.read(.sum, coarseness: 300_000)[SummedStore.gauge]?.values.reduce(0, +)
            #expect(sum == summed.samples[SummedStore.gauge]?.values.reduce(0, +))
            try await store.sumUpAll(pace: SummingPace(lateSeriesAtOnce: 1))
            #expect(dayFiles(summed.fixture.directory) == 3, "round \(round)")
            for summary in Self.summaries {
                for resolution in Resolution.allCases {
                    let found = try await store.read(summary, coarseness: resolution.milliseconds)
                    #expect(found == summed.expected(summary, resolution), "\(summary)")
                }
            }
        }
    }

    @Test("lose what is deleted, and keep the rest of a stretch as long as its samples are there")
    func deletion() async throws {
        var summed = SummedStore(seed: 3)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        try await store.removeExpired()
        // On a day with samples: from the middle of a stretch to the middle of another one.
        let range = (Self.start + 2 * Self.day + 100_000)...(Self.start + 2 * Self.day + 7_300_000)
        try await store.delete(
            [LabelMatcher("instance", equals: "mx-1")], from: Timestamp(milliseconds: range.lowerBound),
            through: Timestamp(milliseconds: range.upperBound))
        for labels in [SummedStore.gauge, SummedStore.counter] { summed.remove(labels, range) }
        try await store.sumUpAll()
        for summary in Self.summaries {
            #expect(try await store.read(summary, coarseness: 300_000) == summed.expected(summary, .fiveMinutes), "\(summary)")
        }
        // On one without: summaries whose last sample lies in the range.
        try await store.delete(
            [LabelMatcher("__name__", equals: "gauge")], from: Timestamp(milliseconds: Self.start),
            through: Timestamp(milliseconds: Self.start + 43_200_000))
        let found = try await store.read(.last, through: Self.start + Self.day - 1)
        let expected = summed.expected(.last, .fiveMinutes, days: 0..<1)
        #expect(found[SummedStore.counter] == expected[SummedStore.counter])
        #expect(found[SummedStore.gauge] == expected[SummedStore.gauge]?.filter { $0.key > Self.start + 43_200_000 })
    }

    @Test("are summed up again when their month's file is damaged, as far as their samples are there")
    func damagedMonth() async throws {
        var summed = SummedStore(seed: 4)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        try await store.removeExpired()
        await store.close()
        try summed.fixture.directory.write(Array(repeating: 0x5A, count: 8192), to: "series-2023-11-5m.sqlite")
        let again = try summed.fixture.open()
        // Hours are still there.
        #expect(try await again.read(.sum, through: Self.start + Self.day - 1) == summed.expected(.sum, .oneHour, days: 0..<1))
        #expect(again.status().damagedFiles == ["series-2023-11-5m.sqlite.damaged"])
        try await again.sumUpAll()
        let found = try await again.read(.sum, coarseness: 300_000, from: Self.start + Self.day)
        #expect(found == summed.expected(.sum, .fiveMinutes, days: 1..<4))
        #expect(try await again.coarseStretches() == [stretch(0...0, .oneHour)])
    }

    @Test("keep their summaries when the file with their samples turns out damaged")
    func damagedDay() async throws {
        var summed = SummedStore(seed: 5)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        await store.close()
        try summed.fixture.directory.write(Array(repeating: 0x5A, count: 8192), to: Day(containing: Self.start + Self.day).fileName)
        let again = try summed.fixture.open()
        _ = try await again.read(.last)
        #expect(again.status().damagedFiles.count == 1)
        #expect(try await again.coarseStretches() == [stretch(1...1, .fiveMinutes)])
        let late = Sample(SummedStore.gauge, at: Self.start + Self.day + 5, 7)
        try await summed.append([late], to: again)
        try await again.flush()
        try await again.sumUpAll()
        let range = (Self.start + Self.day)...(Self.start + 2 * Self.day - 1)
        let sum = try await again.read(.sum, from: range.lowerBound, through: range.upperBound)[SummedStore.gauge]
        #expect(sum?.values.reduce(0, +) == summed.samples[SummedStore.gauge]?.filter { range.contains($0.key) }.values.reduce(0, +))
    }

    @Test("count once when a crash comes while the file with their samples is deleted", arguments: [false, true])
    func crashAtRemoval(isGone: Bool) async throws {
        var summed = SummedStore(seed: 9)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        // What a crash leaves just before the file goes, and just after it.
        if isGone { try store.shelf.remove(.day(Day(containing: Self.start))) }
        let again = try summed.fixture.open(in: summed.fixture.directory.snapshot())
        func check() async throws {
            for summary in Self.summaries {
                for resolution in Resolution.allCases {
                    let found = try await again.read(summary, coarseness: resolution.milliseconds, through: Self.start + Self.day - 1)
                    #expect(found == summed.expected(summary, resolution, days: 0..<1), "\(summary) \(resolution)")
                }
            }
        }
        try await check()
        try await again.removeExpired()
        try await check()
        // Samples that come late now are added, and are not all there is.
        try await summed.append([Sample(SummedStore.gauge, at: Self.start + 5, 7), Sample(at: Self.start + 6, 8)], to: again)
        try await again.flush()
        try await again.sumUpAll()
        try await check()
    }

    @Test("count once when their samples are sent again after they are gone, alone or among more")
    func sentAgain() async throws {
        var summed = SummedStore(seed: 13)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        try await store.removeExpired()
        #expect(dayFiles(summed.fixture.directory) == 3)
        for round in 0..<2 as Range<Int64> {
            let old = (summed.samples[SummedStore.gauge] ?? [:]).filter { $0.key < Self.start + Self.day }
            var again = old.sorted { $0.key < $1.key }.map { Sample(SummedStore.gauge, at: $0.key, $0.value) }
            // One more in the middle of a stretch.
            if round == 1 { again.append(Sample(SummedStore.gauge, at: again[again.count / 2].timestamp.milliseconds - 1, 5)) }
            try await summed.append(again, to: store)
            try await store.flush()
            try await store.sumUpAll()
            #expect(dayFiles(summed.fixture.directory) == 3)
            for summary in Self.summaries {
                for resolution in Resolution.allCases {
                    let found = try await store.read(summary, coarseness: resolution.milliseconds, through: Self.start + Self.day - 1)
                    #expect(found == summed.expected(summary, resolution, days: 0..<1), "\(summary) \(resolution)")
                }
            }
        }
    }

    @Test("count once beside a whole day file that an earlier release left when it crashed")
    func leftover() async throws {
        var summed = SummedStore(seed: 10)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        for resolution in Resolution.allCases {
            let day = Day(containing: Self.start)
            try store.shelf.withExistingFile(of: .month(Month(containing: day), resolution)) { file throws(SeriesStoreFailure) in
                try file.changeLedger { try $0.keep(day) }
            }
        }
        for summary in Self.summaries {
            #expect(try await store.read(summary, coarseness: 300_000) == summed.expected(summary, .fiveMinutes), "\(summary)")
        }
    }

    @Test("are read whole when samples change places between two readings of a query", arguments: [0, 300_000] as [Int64])
    func disturbedQueries(coarseness: Int64) async throws {
        var summed = SummedStore(seed: 11)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        let late = [Self.start + 60_000, Self.start + 2 * Self.day + 60_000]
        try await summed.append(late.map { Sample(SummedStore.gauge, at: $0 + 1, 500) }, to: store)
        // Late samples are flushed, summed up, and the file of the first day goes; then a new one comes and is added to the summaries.
        var steps: [() async throws -> Void] = [
            { try await store.flush() }, { try await store.sumUpAll() }, { try await store.removeExpired() },
            { [summed] in
                var summed = summed
                try await summed.append([Sample(SummedStore.gauge, at: Self.start + 120_001, 900)], to: store)
                try await store.flush()
            }, { try await store.sumUpAll() },
        ]
        let total = summed.samples[SummedStore.gauge]?.values.reduce(0, +) ?? 0
        func read(_ between: () async throws -> Void) async throws -> Double {
            var sum = 0.0
            let selection = SampleSelection(
                [LabelMatcher("instance", equals: "mx-1"), LabelMatcher("__name__", equals: "gauge")],
                from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max), summary: .sum,
                coarseness: .milliseconds(coarseness))
            try await store.select(selection, betweenReadings: between) { sum += $0.values.reduce(0, +) }
            return sum
        }
        var pairs = 0
        // Several steps between two readings of one query, too.
        while !steps.isEmpty {
            var done = 0
            let count = min(pairs % 3 + 1, steps.count)
            let sum = try await read {
                while done < count {
                    try await steps[done]()
                    done += 1
                }
            }
            steps.removeFirst(count)
            pairs += 1
            // The fourth step writes one more sample, while the query reads.
            #expect(sum == total || (steps.count < 2 && sum == total + 900), "\(sum - total), \(steps.count) steps left")
        }
        #expect(try await read {} == total + 900)
    }

    @Test("cannot keep a query from its end, however often samples change places")
    func oftenDisturbedQuery() async throws {
        var summed = SummedStore(seed: 12)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        var attempts = 0
        let selection = SampleSelection(
            [LabelMatcher("__name__", equals: "gauge")], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max),
            summary: .sum, coarseness: .seconds(300))
        var time = Self.start
        var sum = 0.0
        try await store.select(selection) {
            attempts += 1
            time += 1000
            try await store.append([Sample(SummedStore.gauge, at: time + 1, 0)])
            try await store.flush()
            try await store.sumUpAll()
        } _: {
            sum += $0.values.filter { !$0.isNaN }.reduce(0, +)
        }
        #expect(attempts == 3)
        let expected = summed.expected(.sum, .fiveMinutes)
        #expect(sum == [SummedStore.gauge, SummedStore.sparse].flatMap { (expected[$0] ?? [:]).values }.reduce(0, +))
        #expect(!store.shelf.swaps.isHeld)
        try await store.sumUpAll()
        #expect(try await store.read(.count, coarseness: 300_000)[SummedStore.gauge] != nil)
    }

    @Test("are in copies of the store, in its statistics and in what is verified, and are listed")
    func administration() async throws {
        var summed = SummedStore(seed: 6)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.sumUpAll()
        try await store.removeExpired()
        let outside = try StoreDirectory(dataDirectory: summed.fixture.directory.path)
        #expect(try outside.verify().faults == [])
        #expect(try outside.verify().monthFiles == 2)
        #expect(try outside.statistics().files.suffix(2).map(\.name) == ["series-2023-11-5m.sqlite", "series-2023-11-1h.sqlite"])
        let place = TestDirectory()
        let backup = try outside.backup(to: "\(place.path)/backup")
        #expect(backup.monthFiles == 2)
        let administration = SeriesAdministration(of: store, snapshotDirectory: place.path)
        let snapshot = try await administration.snapshot(skipsHead: true)
        for path in [backup.path, "\(place.path)/\(snapshot)"] {
            #expect(try await summed.fixture.contents(ofCopy: path) == store.contents())
        }
        let old = Timestamp(milliseconds: Self.start + Self.day - 1)
        #expect(
            try await Set(store.series([[]], from: Timestamp(milliseconds: 0), through: old, limit: nil))
                == Set(summed.expected(.last, .fiveMinutes, days: 0..<1).keys))
        #expect(try await store.labelNames([[]], from: Timestamp(milliseconds: 0), through: old, limit: nil) == ["__name__", "instance"])
        let nameless = try await store.select(
            [try LabelMatcher("", .matches, "sum|last")], from: Timestamp(milliseconds: 0), through: old)
        #expect(nameless.isEmpty)
        await store.close()
        try outside.compact { #expect($0.fault == nil) }
        #expect(try outside.verify().faults == [])
    }

    @Test("wait until their samples are there, and until two hours after their end")
    func settling() async throws {
        var summed = SummedStore(seed: 7)
        let store = try summed.fixture.open()
        try await summed.fill(store)
        summed.fixture.time.set(Self.start + 4 * Self.day + 7_199_000)
        try await store.sumUpAll()
        #expect(try await store.coarseStretches(coarseness: 300_000) == [stretch(0...2, .fiveMinutes)])
        summed.fixture.time.set(Self.start + 4 * Self.day + 7_201_000)
        try await store.sumUpAll()
        #expect(try await store.coarseStretches(coarseness: 300_000) == [stretch(0...3, .fiveMinutes)])
    }

    @Test("go without a summary only when the disk or the size limit forces it, and then the oldest first")
    func forced() async throws {
        var summed = SummedStore(seed: 8)
        summed.fixture.configuration.retentionBytes = 1
        let store = try summed.fixture.open()
        try await summed.fill(store)
        try await store.removeExpired()
        #expect(dayFiles(summed.fixture.directory) == 2)
        try await store.sumUpAll()
        try await store.removeExpired()
        // The newest of each kind stay.
        #expect(store.status().dayFiles == 2 && store.status().monthFiles == 2)
        #expect(try await store.read(.count, coarseness: 300_000) == summed.expected(.count, .fiveMinutes, days: 2..<4))
    }
}

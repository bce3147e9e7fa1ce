import ExpositionFormat
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Native histograms in the store")
struct HistogramStorageTests {
    static let noon = StoreFixture.noon.milliseconds
    static let labels = LabelSet(metric: "latency", ["instance": "mx-1"])

    static func histogram(_ count: Double) -> NativeHistogram {
        NativeHistogram(
            schema: 1, count: count, sum: count / 4, positiveSpans: [.init(offset: 0, length: 2)], positiveBuckets: [count - 1, 1])
    }

    static func sample(at milliseconds: Int64, _ count: Double, labels: LabelSet = labels) -> Sample {
        Sample(labels: labels, timestamp: Timestamp(milliseconds: milliseconds), histogram: histogram(count))
    }

    static func found(in store: SeriesStore, from start: Int64 = .min, through end: Int64 = .max) async throws -> SeriesColumns {
        let found = try await store.select(
            [LabelMatcher("__name__", equals: "latency")], from: Timestamp(milliseconds: start), through: Timestamp(milliseconds: end))
        #expect(found.count <= 1)
        return found.first ?? SeriesColumns(labels: labels)
    }

    @Test("are read as they were written: from memory, from day files, after a crash, and in part")
    func roundTrip() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let times = (0..<100).map { Self.noon - 86_400_000 * Int64($0 % 3) + Int64($0) * 1000 }
        for (index, time) in times.enumerated() {
            try await store.append([Self.sample(at: time, Double(index + 1)), Sample(Self.labels, at: time + 500, 1)])
            if index % 40 == 39 { try await store.flush() }
        }
        let expected = Dictionary(uniqueKeysWithValues: times.enumerated().map { ($1, Self.histogram(Double($0 + 1)).bits) })
        let crashed = try fixture.open(in: fixture.directory.snapshot())
        try await store.flush()
        let reopened = try fixture.open(in: fixture.directory.snapshot())
        for store in [store, crashed, reopened] {
            let found = try await Self.found(in: store)
            #expect(found.histograms.bits == expected && found.timestamps.count == 100)
            let part = try await Self.found(in: store, from: Self.noon, through: Self.noon + 20_000)
            #expect(part.histograms.bits == expected.filter { (Self.noon...(Self.noon + 20_000)).contains($0.key) })
        }
        #expect(store.status().samplesPending == 0 && store.status().samplesInMemory > 0)
    }

    @Test("and samples do not share a time: what came first stays, in memory and on disk", arguments: [false, true])
    func precedence(isFlushedBetween: Bool) async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        // Old, so that memory knows of them only until they are flushed.
        let start = Self.noon - 100_000_000
        try await store.append([Self.sample(at: start, 5), Sample(Self.labels, at: start + 1000, 6)])
        if isFlushedBetween { try await store.flush() }
        try await store.append([
            Sample(Self.labels, at: start, 7), Self.sample(at: start + 1000, 8), Self.sample(at: start, 9), Self.sample(at: start, 5),
            Self.sample(at: start + 2000, 10), Sample(Self.labels, at: start + 3000, 11),
        ])
        if !isFlushedBetween {
            #expect(store.status().intake.conflicts == 3)
            #expect(store.status().intake.duplicates == 1)
        }
        func check(_ store: SeriesStore) async throws {
            let found = try await Self.found(in: store)
            #expect(found.histograms.map(\.timestamp) == [start, start + 2000])
            #expect(found.histograms.first?.histogram.count == 5)
            #expect(found.timestamps == [start + 1000, start + 3000])
        }
        try await check(store)
        try await store.flush()
        try await check(store)
        try await check(try fixture.open(in: fixture.directory.snapshot()))
        try await store.compact()
        try await check(store)
    }

    @Test("that do not make sense are refused by name; the rest of the request is stored, counted, and outlives a restart")
    func refusals() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        func label(_ name: String, _ value: String) -> RemoteWriteRequest.Label { .init(name: name, value: value) }
        let series = RemoteWriteRequest.Series(
            labels: Self.labels.labels.map { label($0.name, $0.value) }, points: [],
            histograms: [
                HistogramCheckTests.whole { $0.timestamp -= 2000 }, HistogramCheckTests.whole { $0.count = .whole(1) },
                HistogramCheckTests.fractional { $0.timestamp += 5000 },
            ])
        let metadata = AttachmentTests.metadata("latency", kind: 3, help: "How long.")
        let exemplars = AttachmentTests.series("other", exemplarsAt: [1])
        let report = try await store.write(.plain(metadata + RemoteWriteRequest(series: [series]).encoded() + exemplars))
        #expect(report.histograms == 2 && report.samples == 0 && report.refused == 1 && report.exemplars == 1)
        #expect(report.firstFault == "series latency has a histogram that is none: it counts 1 observations and its buckets 14")
        #expect(store.status().refusals.invalid == 1)
        for store in [store, try fixture.open(in: fixture.directory.snapshot())] {
            #expect(try await Self.found(in: store).histograms.map(\.timestamp) == [Self.noon - 2000, Self.noon + 5000])
            #expect(await store.metadata()["latency"]?.help == "How long.")
            #expect(await store.exemplars([], from: Timestamp(milliseconds: 0), through: StoreFixture.noon).count == 1)
        }
    }

    @Test("end with a stale marker of either kind")
    func stale() async throws {
        let store = try StoreFixture().open()
        try await store.append([
            Self.sample(at: Self.noon, 1), Sample(Self.labels, at: Self.noon + 1, Sample.staleMarker),
            Sample(labels: Self.labels, timestamp: StoreFixture.noon + .seconds(1), histogram: .staleMarker),
        ])
        for _ in 0..<2 {
            let found = try await Self.found(in: store)
            #expect(found.histograms.last?.histogram.isStaleMarker == true && found.histograms.count == 2)
            #expect(found.values.map(\.bitPattern) == [Sample.staleMarker.bitPattern])
            try await store.flush()
        }
    }

    @Test("count for the limit of a selection and in the statistics of a store")
    func counts() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let start = Self.noon - 86_400_000
        for index in 0..<20 { try await store.append([Self.sample(at: start + Int64(index) * 1000, Double(index + 1))]) }
        func select(_ limit: Int) async throws -> Int {
            var selection = SampleSelection([], from: Timestamp(milliseconds: start), through: StoreFixture.noon)
            selection.sampleLimit = limit
            var found = 0
            try await store.select(selection) { found += $0.histograms.count }
            return found
        }
        try await store.flush()
        // Twenty on disk, and ten in memory.
        for index in 0..<10 { try await store.append([Self.sample(at: Self.noon - Int64(index) * 1000, Double(index + 1))]) }
        #expect(try await select(30) == 30)
        await #expect(throws: SelectionTooLarge(limit: 29)) { try await select(29) }
        let statistics = try StoreDirectory(dataDirectory: fixture.directory.path).statistics()
        #expect(statistics.files.map(\.histograms) == [20] && statistics.total.histograms == 20)
        #expect(statistics.files.map(\.samples) == [0] && statistics.total.bytesPerSample != nil)
        #expect(try StoreDirectory(dataDirectory: fixture.directory.path).verify().histograms == 20)
    }

    @Test("are deleted like samples, in memory and on disk")
    func deletion() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        for index in 0..<60 {
            try await store.append([Self.sample(at: Self.noon + Int64(index) * 1000, Double(index + 1))])
            if index == 30 { try await store.flush() }
        }
        let range = (Timestamp(milliseconds: Self.noon + 10_000), Timestamp(milliseconds: Self.noon + 49_000))
        try await store.delete([LabelMatcher("__name__", equals: "latency")], from: range.0, through: range.1)
        let expected = (0..<60).filter { !(10...49).contains($0) }.map { Self.noon + Int64($0) * 1000 }
        #expect(try await Self.found(in: store).histograms.map(\.timestamp) == expected)
        #expect(try await Self.found(in: try fixture.open(in: fixture.directory.snapshot())).histograms.map(\.timestamp) == expected)
        try await store.flush()
        #expect(try await Self.found(in: try fixture.open(in: fixture.directory.snapshot())).histograms.map(\.timestamp) == expected)
        #expect(store.status().samplesPending == 0)
    }

    @Test("are forgotten by memory when they are old and on disk; their series count until then")
    func forgetting() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append([Self.sample(at: Self.noon, 1), Self.sample(at: Self.noon - 1000, 2)])
        #expect(store.status().series == 1 && store.status().samplesInMemory == 2)
        fixture.time.advance(by: .seconds(7201))
        try await store.flush()
        #expect(store.status().series == 0 && store.status().samplesInMemory == 0)
        #expect(try await Self.found(in: store).histograms.count == 2)
    }
}

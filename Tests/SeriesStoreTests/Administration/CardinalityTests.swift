import PostwatchModel
import Testing

@testable import SeriesStore

@Suite("The cardinality of series in memory")
struct CardinalityTests {
    @Test("names what makes most series, largest first, and no more of it than was asked for")
    func counts() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let noon = StoreFixture.noon.milliseconds
        var samples: [Sample] = []
        for cpu in 0..<12 { samples.append(Sample(LabelSet(metric: "cpu", ["cpu": "\(cpu)", "instance": "mx-1"]), at: noon, 1)) }
        for instance in 1...3 { samples.append(Sample(LabelSet(metric: "up", ["instance": "mx-\(instance)"]), at: noon + 15_000, 1)) }
        try await store.append(samples)
        let administration = SeriesAdministration(of: store, snapshotDirectory: "unused")
        let all = await administration.cardinality(limit: 100)
        #expect(all.series == 15)
        #expect(all.labelPairs == 2 + 12 + 3)
        #expect(all.chunks == 15)
        #expect(all.oldest == StoreFixture.noon)
        #expect(all.newest == Timestamp(milliseconds: noon + 15_000))
        #expect(all.seriesByMetric == [.init(name: "cpu", count: 12), .init(name: "up", count: 3)])
        #expect(
            all.valuesByLabel == [.init(name: "cpu", count: 12), .init(name: "instance", count: 3), .init(name: "__name__", count: 2)])
        #expect(
            all.bytesByLabel == [
                .init(name: "instance", count: 15 * 4), .init(name: "__name__", count: 12 * 3 + 3 * 2),
                .init(name: "cpu", count: 10 + 2 * 2),
            ])
        #expect(all.seriesByPair.count == 17)
        #expect(
            all.seriesByPair.prefix(3) == [
                .init(name: "instance=mx-1", count: 13), .init(name: "__name__=cpu", count: 12), .init(name: "__name__=up", count: 3),
            ])
        let few = await administration.cardinality(limit: 1)
        #expect(few.seriesByMetric == [.init(name: "cpu", count: 12)])
        #expect(few.seriesByPair == [.init(name: "instance=mx-1", count: 13)])
        #expect(few.labelPairs == 17)
    }

    @Test("begins with the oldest sample of any kind, also where there are only histograms, or only late samples beside newer ones")
    func oldest() async throws {
        let noon = StoreFixture.noon.milliseconds
        let store = try StoreFixture().open()
        try await store.append([HistogramStorageTests.sample(at: noon - 5000, 1), HistogramStorageTests.sample(at: noon, 2)])
        let administration = SeriesAdministration(of: store, snapshotDirectory: "unused")
        var cardinality = await administration.cardinality(limit: 1)
        #expect(cardinality.oldest == Timestamp(milliseconds: noon - 5000) && cardinality.newest == StoreFixture.noon)
        try await store.append([Sample(at: noon, 1), Sample(at: noon - 9000, 1)])
        cardinality = await administration.cardinality(limit: 1)
        #expect(cardinality.oldest == Timestamp(milliseconds: noon - 9000))
    }

    @Test("of an empty store is nothing, and without times")
    func empty() async throws {
        let store = try StoreFixture().open()
        #expect(await SeriesAdministration(of: store, snapshotDirectory: "unused").cardinality(limit: 10) == SeriesCardinality())
    }
}

@Suite("TopCounts")
struct TopCountsTests {
    @Test("keeps what a sort of everything would keep, for every limit", arguments: 0..<40)
    func model(limit: Int) {
        var top = TopCounts<Int>(limit: limit)
        let counts = (0..<200).map { $0 * 7919 % 101 }
        for (key, count) in counts.enumerated() { top.offer(key, count) }
        let expected = counts.enumerated().filter { $0.element > 0 }.sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(
            limit)
        #expect(top.sorted().map(\.key) == expected.map(\.offset))
    }
}

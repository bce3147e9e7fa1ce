import PostwatchModel
import Testing

@testable import SeriesStore

@Suite("Listing series")
struct SeriesListingTests {
    private static let noon = StoreFixture.noon.milliseconds
    private static let labels: [LabelSet] = [
        ["__name__": "up", "job": "a"], ["__name__": "up", "job": "b", "zone": "ü"], ["__name__": "down", "job": "c"],
        ["__name__": "up"],
    ]
    private static let all = (from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))

    /// Series with one sample each, a day apart, the first at noon and the others before.
    private func store(isFlushed: Bool) async throws -> SeriesStore {
        let store = try StoreFixture().open()
        for (days, labels) in Self.labels.enumerated() {
            try await store.append([Sample(labels, at: Self.noon - Int64(days) * Day.milliseconds, 1)])
        }
        if isFlushed { try await store.flush() }
        return store
    }

    @Test("tells series, label names and values of all times, sorted, from memory and from day files", arguments: [false, true])
    func everything(isFlushed: Bool) async throws {
        let store = try await store(isFlushed: isFlushed)
        let (from, through) = Self.all
        let found = try await store.series([], from: from, through: through, limit: nil)
        #expect(found == [Self.labels[2], Self.labels[3], Self.labels[0], Self.labels[1]])
        #expect(try await store.labelNames([], from: from, through: through, limit: nil) == ["__name__", "job", "zone"])
        #expect(try await store.labelValues(of: "job", [], from: from, through: through, limit: nil) == ["a", "b", "c"])
        #expect(try await store.labelValues(of: "zone", [], from: from, through: through, limit: nil) == ["ü"])
        #expect(try await store.labelValues(of: "nothing", [], from: from, through: through, limit: nil).isEmpty)
    }

    @Test("tells only series that satisfy a selector, each once", arguments: [false, true])
    func selectors(isFlushed: Bool) async throws {
        let store = try await store(isFlushed: isFlushed)
        let (from, through) = Self.all
        let up = [LabelMatcher("__name__", equals: "up")]
        let named = [try LabelMatcher("job", .matches, "a|c")]
        #expect(
            try await store.series([up, named], from: from, through: through, limit: nil)
                == [Self.labels[2], Self.labels[3], Self.labels[0], Self.labels[1]])
        #expect(try await store.series([named], from: from, through: through, limit: nil) == [Self.labels[2], Self.labels[0]])
        #expect(try await store.labelNames([named], from: from, through: through, limit: nil) == ["__name__", "job"])
        #expect(try await store.labelValues(of: "__name__", [named, up], from: from, through: through, limit: nil) == ["down", "up"])
        #expect(try await store.series([[LabelMatcher("job", equals: "x")]], from: from, through: through, limit: nil).isEmpty)
    }

    @Test("tells only series with a sample in the range, both ends included", arguments: [false, true])
    func range(isFlushed: Bool) async throws {
        let store = try await store(isFlushed: isFlushed)
        try await store.append([Sample(Self.labels[0], at: Self.noon + 60_000, 2), Sample(Self.labels[0], at: Self.noon + 120_000, 3)])
        func jobs(_ start: Int64, _ end: Int64) async throws -> [String] {
            try await store.labelValues(
                of: "job", [], from: Timestamp(milliseconds: Self.noon + start), through: Timestamp(milliseconds: Self.noon + end),
                limit: nil)
        }
        #expect(try await jobs(0, 0) == ["a"])
        #expect(try await jobs(60_000, 60_000) == ["a"])
        #expect(try await jobs(60_001, 119_999).isEmpty)
        #expect(try await jobs(120_001, .max - Self.noon).isEmpty)
        #expect(try await jobs(-Day.milliseconds, -1) == ["b"])
        #expect(try await jobs(-2 * Day.milliseconds, -Day.milliseconds) == ["b", "c"])
        #expect(try await jobs(1, 0).isEmpty)
    }

    @Test("tells no more than it is asked for")
    func limit() async throws {
        let store = try await store(isFlushed: false)
        let (from, through) = Self.all
        #expect(try await store.series([], from: from, through: through, limit: 1) == [Self.labels[2]])
        #expect(try await store.labelNames([], from: from, through: through, limit: 2) == ["__name__", "job"])
        #expect(try await store.labelValues(of: "job", [], from: from, through: through, limit: 0).isEmpty)
    }

    @Test("does not tell of series that were deleted", arguments: [false, true])
    func deleted(isFlushed: Bool) async throws {
        let store = try await store(isFlushed: isFlushed)
        let (from, through) = Self.all
        try await SeriesAdministration(of: store, snapshotDirectory: "unused").delete(
            [LabelMatcher("job", equals: "b")], from: from, through: through)
        #expect(try await store.labelValues(of: "job", [], from: from, through: through, limit: nil) == ["a", "c"])
        #expect(try await store.labelNames([], from: from, through: through, limit: nil) == ["__name__", "job"])
    }
}

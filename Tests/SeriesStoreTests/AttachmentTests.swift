import ExpositionFormat
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Metadata and exemplars")
struct AttachmentTests {
    static let noon = StoreFixture.noon.milliseconds
    static let range = (from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))

    /// A field of a protobuf message.
    static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        var bytes = [number << 3 | 2]
        Varint.append(UInt64(content.count), to: &bytes)
        return bytes + content
    }

    static func metadata(_ family: String, kind: UInt8, help: String) -> [UInt8] {
        field(3, [0x08, kind] + field(2, Array(family.utf8)) + field(4, Array(help.utf8)))
    }

    /// A series `metric` with exemplars at the times, whose label `trace` is the time.
    static func series(_ metric: String, exemplarsAt times: [Int64]) -> [UInt8] {
        func label(_ name: String, _ value: String) -> [UInt8] { field(1, field(1, Array(name.utf8)) + field(2, Array(value.utf8))) }
        var message = label("__name__", metric)
        for time in times {
            var exemplar =
                label("trace", "\(time)") + [0x11] + withUnsafeBytes(of: Double(time).bitPattern.littleEndian, Array.init) + [0x18]
            Varint.append(UInt64(bitPattern: time), to: &exemplar)
            message += field(3, exemplar)
        }
        return field(1, message)
    }

    @Test("of families are known, also after a crash and after a flush; what was said last counts")
    func families() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        _ = try await store.write(.plain(Self.metadata("up", kind: 2, help: "old") + Self.metadata("requests", kind: 1, help: "Requests.")))
        _ = try await store.write(.plain(Self.metadata("up", kind: 2, help: "Whether it is up.")))
        let known = [
            "up": MetricMetadata(kind: .gauge, help: "Whether it is up."), "requests": MetricMetadata(kind: .counter, help: "Requests."),
        ]
        #expect(await store.metadata() == known)
        #expect(await (try fixture.open(in: fixture.directory.snapshot())).metadata() == known)
        try await store.flush()
        #expect(store.status().journalBytes == 0)
        #expect(await (try fixture.open(in: fixture.directory.snapshot())).metadata() == known)
        // Said again, it is no news.
        _ = try await store.write(.plain(Self.metadata("up", kind: 2, help: "Whether it is up.")))
        #expect(store.status().journalBytes == 0)
    }

    @Test("of a series are found by its labels and their time, and after a crash")
    func exemplars() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let report = try await store.write(.plain(Self.series("a", exemplarsAt: [1, 2, 3]) + Self.series("b", exemplarsAt: [5])))
        #expect(report.exemplars == 4)
        for store in [store, try fixture.open(in: fixture.directory.snapshot())] {
            let found = await store.exemplars(
                [LabelMatcher("__name__", equals: "a")], from: Timestamp(milliseconds: 2), through: Timestamp(milliseconds: 9))
            #expect(found.map(\.labels) == [LabelSet(metric: "a")])
            #expect(found.first?.exemplars.map { $0.labels["trace"] } == ["2", "3"])
        }
    }

    @Test("give way when there are too many: the oldest first; those of a series come in order")
    func ring() {
        var ring = ExemplarRing(capacity: 3)
        func insert(_ series: String, _ time: Int64) -> Bool {
            ring.insert(
                Exemplar(labels: LabelSet(), timestamp: Timestamp(milliseconds: time), value: 1), of: LabelSet(metric: series))
        }
        #expect(insert("a", 1) && insert("b", 1) && insert("a", 2) && insert("a", 2) && !insert("a", 1))
        #expect(ring.count == 3)
        #expect(insert("c", 1) && insert("c", 2))
        let found = Dictionary(
            uniqueKeysWithValues: ring.select([], from: Self.range.from, through: Self.range.through).map {
                ($0.labels.metricName, $0.exemplars.map(\.timestamp.milliseconds))
            })
        #expect(found == ["a": [2], "c": [1, 2]])
    }
}

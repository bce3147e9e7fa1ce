import ExpositionFormat
import PostwatchModel
import TestSupport
import Testing

@testable import Scraping

@Suite("Pages of one target, one after the other")
struct PageMemoryTests {
    private static let target = ["job": "mx", "instance": "mx-1:9100"]

    @Test("Series get the labels of their target; what the page calls the same is kept as exported")
    func labels() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: Self.target))
        let stored = try read("a{job=\"own\",exported_job=\"x\",empty=\"\"} 1\nb 2 500\n", &memory, at: 1000)
        #expect(
            stored.samples == [
                #"a{exported_exported_job="own", exported_job="x", instance="mx-1:9100", job="mx"} 1.0 @1000"#,
                #"b{instance="mx-1:9100", job="mx"} 2.0 @500"#,
            ])
    }

    @Test("Labels of the page win when they are honoured, even empty ones")
    func honoured() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: Self.target, honorsLabels: true))
        #expect(
            try read("a{job=\"own\",instance=\"\"} 1\n", &memory, at: 1).samples == [#"a{job="own"} 1.0 @1"#])
    }

    @Test("External labels are added, but never over others")
    func external() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: ["job": "x"], externalLabels: ["job": "no", "region": "eu"]))
        let stored = try read("a 1\n", &memory, at: 1)
        #expect(stored.samples == [#"a{job="x", region="eu"} 1.0 @1"#])
        #expect(stored.reports.first == #"up{job="x", region="eu"} 1.0 @1"#)
    }

    @Test("Times of the page are left aside when they are not honoured")
    func times() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]), honorsTimestamps: false)
        #expect(try read("a 1 5\n", &memory, at: 7).samples == ["a 1.0 @7"])
    }

    @Test("A series that vanishes is ended once; one with times of its own is not, unless that is wanted")
    func vanishing() throws {
        for tracks in [false, true] {
            var memory = PageMemory(labelling: SeriesLabelling(target: [:]), tracksTimestampStaleness: tracks)
            _ = try read("a 1\nb 1\nc 1 5\n", &memory, at: 10)
            #expect(try read("a 2\n", &memory, at: 20).samples == ["a 2.0 @20", "b stale @20"] + (tracks ? ["c stale @20"] : []))
            #expect(try read("a 3\n", &memory, at: 30).samples == ["a 3.0 @30"])
            let back = try read("b 4\na 4\n", &memory, at: 40)
            #expect(back.samples == ["b 4.0 @40", "a 4.0 @40"])
            #expect(back.outcome == PageOutcome(scraped: 2, kept: 2, added: 1))
        }
    }

    @Test("A page that cannot be read ends all series, keeps nothing, and the next one begins them again")
    func brokenPage() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        _ = try read("a 1\nb 1\n", &memory, at: 10)
        let broken = try read("a 2\nnew 1\nb x\n", &memory, at: 20)
        #expect(broken.samples == ["a stale @20", "b stale @20"])
        #expect(broken.outcome.failure == .malformedPage(.malformedValue(line: 3)))
        #expect(broken.reports.first == "up 0.0 @20")
        #expect(try read("a 3\nb 3\n", &memory, at: 30).samples == ["a 3.0 @30", "b 3.0 @30"])
    }

    @Test("A page that was not got ends all series once")
    func missingPage() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        _ = try read("a 1\n", &memory, at: 10)
        func miss(_ time: Int64) throws -> [String] {
            let result = memory.miss(.refused(status: 500), time: time)
            return try StoredLines.of(memory.finish(result, duration: .seconds(2)))
        }
        let reports = { (time: Int) in
            [
                "up 0.0 @\(time)", "scrape_duration_seconds 2.0 @\(time)", "scrape_samples_scraped 0.0 @\(time)",
                "scrape_samples_post_metric_relabeling 0.0 @\(time)", "scrape_series_added 0.0 @\(time)",
            ]
        }
        #expect(try miss(20) == ["a stale @20"] + reports(20))
        #expect(try miss(30) == reports(30))
    }

    @Test("A target that goes away ends its series and those about itself")
    func farewell() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        #expect(Self.farewell(&memory) == nil)
        _ = try read("a 1\n", &memory, at: 10)
        let farewell = memory.farewell(time: 20)
        let request = try #require(farewell)
        #expect(
            try StoredLines.of(request) == [
                "a stale @20", "up stale @20", "scrape_duration_seconds stale @20", "scrape_samples_scraped stale @20",
                "scrape_samples_post_metric_relabeling stale @20", "scrape_series_added stale @20",
            ])
        #expect(Self.farewell(&memory) == nil)
    }

    private static func farewell(_ memory: inout PageMemory) -> [UInt8]? {
        memory.farewell(time: 30)
    }

    @Test("Rules drop and rewrite samples; what is dropped is counted as scraped only")
    func relabelling() throws {
        let rules = [
            RelabelRule(action: .drop, sourceLabels: ["__name__"], pattern: try RelabelPattern("go_.*")),
            RelabelRule(action: .labeldrop, pattern: try RelabelPattern("noise")),
        ]
        var memory = PageMemory(labelling: SeriesLabelling(target: [:], rules: rules))
        for time in [10, 20] as [Int64] {
            let stored = try read("go_x 1\na{noise=\"1\"} 2\n", &memory, at: time)
            #expect(stored.samples == ["a 2.0 @\(time)"])
            #expect(stored.outcome == PageOutcome(scraped: 2, kept: 1, added: time == 10 ? 1 : 0))
        }
    }

    @Test("A series that stands on a page twice is taken once")
    func repeated() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        for time in [10, 20] as [Int64] { #expect(try read("a 1\na 2\n", &memory, at: time).samples == ["a 1.0 @\(time)"]) }
    }

    @Test("Labels of a series that make no sense fail the page", arguments: [#"a{b="1",b="2"} 1"#, #"{b="1"} 1"#, "a{b=\"\u{FFFD}\"} 1x"])
    func senseless(line: String) throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        #expect(try read(line + "\n", &memory, at: 1).outcome.failure != nil)
    }

    @Test("Limits fail the page as a whole")
    func limits() throws {
        func failure(_ page: String, _ set: (inout ScrapeLimits) -> Void) throws -> PageOutcome {
            var limits = ScrapeLimits()
            set(&limits)
            var memory = PageMemory(labelling: SeriesLabelling(target: [:], limits: limits))
            let stored = try read(page, &memory, at: 1)
            #expect(stored.outcome.failure == nil || stored.samples.isEmpty)
            return stored.outcome
        }
        #expect(try failure("a 1\nb 1\n") { $0.samples = 2 }.failure == nil)
        let many = try failure("a 1\nb 1\nc 1\n") { $0.samples = 2 }
        #expect(many == PageOutcome(scraped: 3, kept: 3, added: 2, failure: .tooManySamples(limit: 2)))
        let labels = #"a{bcd="efg"}"#
        #expect(try failure(labels + " 1\n") { $0.labels = 2 }.failure == nil)
        #expect(try failure(labels + " 1\n") { $0.labels = 1 }.failure == .tooManyLabels(series: labels, count: 2, limit: 1))
        #expect(try failure(labels + " 1\n") { $0.labelValueLength = 2 }.failure != nil)
        #expect(
            try failure(labels + " 1\n") { $0.labelNameLength = 7 }.failure
                == .labelNameTooLong(series: labels, name: "__name__", limit: 7))
        #expect(try failure(labels + " 1\n") { $0.labelNameLength = 8 }.failure == nil)
    }

    @Test("Metadata are sent when they are news, and again when they were not stored")
    func metadata() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        let page = "# HELP a Some \\\\ text.\n# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n"
        func families(_ page: String) throws -> [String] {
            let request = Array(page.utf8).withUnsafeBytes { bytes in
                let result = memory.read(bytes, as: .prometheusText004, time: 1)
                return memory.finish(result, duration: .zero)
            }
            var columns = RemoteWriteColumns()
            return try request.withUnsafeBytes { bytes in
                try columns.scan(bytes)
                return try columns.metadata.map { range in
                    let metadata = try RemoteWriteMetadata(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]))
                    return "\(metadata.family) \(metadata.kind) \(metadata.help)"
                }
            }
        }
        #expect(try families(page) == ["a 1 Some \\ text.", "b 2 "])
        #expect(try families(page) == ["a 1 Some \\ text.", "b 2 "])
        memory.settle()
        for _ in 0..<3 { #expect(try families(page) == []) }
        #expect(try families(page.replacing("gauge", with: "counter")) == ["b 1 "])
        memory.settle()
        for _ in 0..<3 { #expect(try families("# a remark\n" + page.replacing("gauge", with: "counter")) == []) }
    }

    @Test("Exemplars go with their sample")
    func exemplars() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        for _ in 0..<2 {
            let page = Array("a_total 1 # {trace=\"x\"} 0.5\n# EOF\n".utf8)
            let request = page.withUnsafeBytes { bytes in
                let result = memory.read(bytes, as: .openMetricsText100, time: 9)
                return memory.finish(result, duration: .zero)
            }
            var columns = RemoteWriteColumns()
            try request.withUnsafeBytes { bytes in
                try columns.scan(bytes)
                let one = try #require(columns.exemplars.first)
                let exemplar = try RemoteWriteExemplar(decoding: UnsafeRawBufferPointer(rebasing: bytes[one.message]))
                #expect(exemplar.labels == [.init(name: "trace", value: "x")])
                #expect(exemplar.point == .init(timestamp: 9, value: 0.5))
            }
        }
    }

    @Test("A page of messages becomes series, native histograms among them, which end as such")
    func messages() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: ["job": "x"]))
        func columns(_ page: [UInt8], _ time: Int64) throws -> (RemoteWriteColumns, [UInt8]) {
            let request = page.withUnsafeBytes { bytes in
                let result = memory.read(bytes, as: .prometheusProto, time: time)
                return memory.finish(result, duration: .zero)
            }
            var columns = RemoteWriteColumns()
            try request.withUnsafeBytes { try columns.scan($0) }
            return (columns, request)
        }
        let (first, _) = try columns(ExpositionMessagesTests.page, 10)
        #expect(first.series.count == 14 && first.values.prefix(4) == [7, 3, 1.5, 9])
        #expect(first.timestamps.first == 5 && first.histograms.count == 1 && first.exemplars.count == 1 && first.metadata.count == 4)
        let (second, request) = try columns([], 20)
        #expect(second.series.count == 13 && second.histograms.count == 1)
        let message = try #require(second.histograms.first).message
        #expect(Array(request[message]) == [0x19, 2, 0, 0, 0, 0, 0, 0xF0, 0x7F, 0x78, 20])
        let (third, _) = try columns([0x0A, 0x05], 30)
        #expect(third.series.count == 5 && third.values.first == 0)
    }

    @Test("Whatever order and choice of series pages have, the request says what the page says", arguments: [UInt64(11), 12])
    func randomPages(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var memory = PageMemory(labelling: SeriesLabelling(target: ["job": "x"]))
        var alive: Set<Int> = []
        for round in 1...60 {
            var numbers = Array(0..<300).filter { _ in Int.random(in: 0..<10, using: &generator) > round % 7 }
            if round % 3 == 0 { numbers.shuffle(using: &generator) }
            let text = numbers.map { "m{n=\"\($0)\"} \($0 * round)\n" }.joined()
            let stored = try read(text, &memory, at: Int64(round))
            let expected = numbers.map { "m{job=\"x\", n=\"\($0)\"} \(Double($0 * round)) @\(round)" }
            let ended = alive.subtracting(numbers).map { "m{job=\"x\", n=\"\($0)\"} stale @\(round)" }
            #expect(Array(stored.samples.prefix(expected.count)) == expected)
            #expect(stored.samples.dropFirst(expected.count).sorted() == ended.sorted())
            alive = Set(numbers)
        }
    }

    @Test("Series of pages that fail are counted as added once, and not remembered for ever")
    func failingPages() throws {
        var limits = ScrapeLimits()
        limits.samples = 1
        var memory = PageMemory(labelling: SeriesLabelling(target: [:], limits: limits))
        for time in 1...2 as ClosedRange<Int64> {
            #expect(try read("a 1\nb 1\n", &memory, at: time).outcome.added == (time == 1 ? 1 : 0))
        }
        var broken = PageMemory(labelling: SeriesLabelling(target: [:]))
        for round in 0..<50 {
            let text = (0..<100).map { "m{n=\"\(round)-\($0)\"} 1\n" }.joined()
            _ = try read(text + "x\n", &broken, at: Int64(round))
        }
        #expect(broken.seriesCount <= 200)
    }

    @Test("Series that never come back are forgotten")
    func forgetting() throws {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        for round in 0..<50 {
            let text = (0..<100).map { "m{n=\"\(round)-\($0)\"} 1\n" }.joined()
            _ = try read(text, &memory, at: Int64(round))
        }
        #expect(memory.seriesCount <= 200)
    }

    // MARK: - Private

    private func read(
        _ page: String, _ memory: inout PageMemory, at time: Int64
    ) throws -> (samples: [String], reports: [String], outcome: PageOutcome) {
        var outcome = PageOutcome()
        let request = Array(page.utf8).withUnsafeBytes { bytes in
            let result = memory.read(bytes, as: .prometheusText004, time: time)
            outcome = result.outcome
            return memory.finish(result, duration: .milliseconds(5))
        }
        let lines = try StoredLines.of(request)
        return (lines.dropLast(5), Array(lines.suffix(5)), outcome)
    }
}

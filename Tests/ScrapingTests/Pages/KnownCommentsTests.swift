import PostwatchModel
import Testing

@testable import Scraping

@Suite("What a target says of its metric families")
struct KnownCommentsTests {
    @Test("Type, help and unit of each family are known, and only while the pages hold them")
    func families() {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        read("# HELP a_seconds What.\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# TYPE b counter\nb 1\n", &memory)
        #expect(
            memory.metadata == [
                "a_seconds": MetricMetadata(kind: .gauge, help: "What.", unit: "seconds"), "b": MetricMetadata(kind: .counter),
            ])
        // The page that differs is not noted as a whole; the next one is.
        for _ in 0..<2 { read("# TYPE b counter\nb 1\n# TYPE c gauge\nc 1\n", &memory) }
        #expect(memory.metadata == ["b": MetricMetadata(kind: .counter), "c": MetricMetadata(kind: .gauge)])
        for _ in 0..<3 { read("# TYPE b counter\nb 1\n# TYPE c gauge\nc 1\n", &memory) }
        #expect(memory.metadata.count == 2)
        for _ in 0..<2 { read("# TYPE b counter\nb 1\nc 1\n", &memory) }
        #expect(memory.metadata == ["b": MetricMetadata(kind: .counter)])
    }

    @Test("A page that cannot be read takes nothing away")
    func brokenPage() {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        read("# TYPE a gauge\na 1\n", &memory)
        read("{{{\n", &memory)
        #expect(memory.metadata == ["a": MetricMetadata(kind: .gauge)])
    }

    @Test("Names that change with every page, and texts without end, do not fill the memory")
    func bounded() {
        var memory = PageMemory(labelling: SeriesLabelling(target: [:]))
        for round in 0..<20 {
            read((0..<100).map { "# TYPE m_\(round)_\($0) gauge\nm_\(round)_\($0) 1\n" }.joined(), &memory)
        }
        #expect(memory.metadata.count <= 200)
        let help = String(repeating: "h", count: 100_000)
        for _ in 0..<3 { read((0..<30).map { "# HELP n\($0) \(help)\nn\($0) 1\n" }.joined(), &memory) }
        #expect(memory.metadata.values.reduce(0) { $0 + $1.help.utf8.count } <= KnownComments.textLimit)
        #expect(memory.metadata.count > 5 && memory.seriesCount >= 30)
    }

    // MARK: - Private

    private func read(_ page: String, _ memory: inout PageMemory) {
        Array(page.utf8).withUnsafeBytes { bytes in
            _ = memory.finish(memory.read(bytes, as: .prometheusText004, time: 1), duration: .zero)
        }
        memory.settle()
    }
}

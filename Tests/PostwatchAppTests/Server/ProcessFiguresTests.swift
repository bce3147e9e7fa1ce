import Testing

@testable import PostwatchApp

@Suite("ProcessFigures")
struct ProcessFiguresTests {
    @Test("says of this process what it takes")
    func ofThisProcess() throws {
        let figures = try #require(ProcessFigures.read())
        #expect(figures.cpuSeconds >= 0)
        #expect(figures.residentMemory > 1_000_000)
        #expect(figures.virtualMemory > figures.residentMemory)
        #expect(figures.openFiles >= 3)
        #expect(figures.maximumFiles >= figures.openFiles)
        // After this was written.
        #expect(figures.startedAt > 1_700_000_000)
    }

    @Test("goes by the names that are common")
    func names() throws {
        let names = try #require(ProcessFigures.read()).families.map(\.name)
        #expect(
            Set(names) == [
                "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds",
                "process_max_fds", "process_start_time_seconds",
            ])
    }
}

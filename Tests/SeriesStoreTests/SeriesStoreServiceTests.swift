import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import Testing

@testable import SeriesStore

@Suite("The series store as a service")
struct SeriesStoreServiceTests {
    @Test("flushes when the interval is over, and once more when it is shut down")
    func flushes() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: store)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await store.append([Sample(at: StoreFixture.noon.milliseconds, 1)])
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            var sleeps = fixture.time.sleeping.makeAsyncIterator()
            _ = await sleeps.next()
            #expect(store.status().lastFlushAt == nil)
            fixture.time.advance(by: .seconds(300))
            // The next sleep begins when the flush is done.
            _ = await sleeps.next()
            #expect(store.status().lastFlushAt == fixture.time.world.now())
            #expect(store.status().samplesPending == 0)
            try await store.append([Sample(at: StoreFixture.noon.milliseconds + 1, 1)])
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(store.status().samplesPending == 0)
        #expect(store.status().journalBytes == 0)
    }
}

@Suite("The storage section")
struct StorageConfigurationTests {
    @Test("has defaults, reads its keys, and reports what is out of range")
    func reading() throws {
        func read(_ text: String) throws -> StorageConfiguration {
            try ConfigurationSection.read(ConfigurationFile.parse(text, file: "f"), file: "f", StorageConfiguration.init)
        }
        #expect(try read("") == StorageConfiguration())
        let given = try read("retention: 30d\nflush_interval: 1m\nmemory_window: 1h\n")
        #expect(given == StorageConfiguration(retention: .seconds(30 * 86_400), flushInterval: .seconds(60), memoryWindow: .seconds(3600)))
        #expect(
            try read("retention: 1d\ndownsampling: {5m: 30d, 1h: 2y}\n").downsampling == [
                .fiveMinutes: .seconds(30 * 86_400), .oneHour: .seconds(730 * 86_400),
            ])
        #expect(try read("downsampling: {1h: 2y}\n").downsampling == [.oneHour: .seconds(730 * 86_400)])
        #expect(try read("downsampling: {}\n").downsampling == [:])
        #expect(try read("retention: 2y\n").downsampling == [.fiveMinutes: .seconds(730 * 86_400), .oneHour: .seconds(730 * 86_400)])
        let wrong = #expect(throws: ConfigurationFaults.self) { try read("downsampling:\n  5m: 10d\n  10m: 60d\n") }
        #expect(wrong?.faults.map(\.path) == ["downsampling.5m", "downsampling.10m"])
        #expect("\(wrong as Any)".contains("a duration of at least 15d") && "\(wrong as Any)".contains("one of 1h, 5m"))
        let faults = #expect(throws: ConfigurationFaults.self) { try read("retention: 1h\nflush_interval: soon\nmemory_window: 1m\n") }
        #expect(faults?.faults.map(\.path) == ["retention", "flush_interval", "memory_window"])
    }
}

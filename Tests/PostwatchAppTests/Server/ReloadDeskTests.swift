import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("Reading the configuration anew")
struct ReloadDeskTests {
    private let telemetry = Telemetry(facts: Facts.server)

    private func desk(reading path: String) -> ReloadDesk {
        ReloadDesk(telemetry: telemetry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            try ServerConfiguration.load(path)
        }
    }

    private func count(_ name: String) -> Double? { telemetry.snapshot().first { $0.name == name }?.value }

    @Test("changes nothing when there are faults, and tells all of them")
    func faults() async throws {
        let directory = TestDirectory()
        try directory.write(Array("promql: {experimental: maybe}\nweb: {enable_lifecycle: 7}\n".utf8), to: "postwatch.yml")
        let desk = desk(reading: "\(directory.path)/postwatch.yml")
        let faults = await #expect(throws: ConfigurationFaults.self) { try await desk.reload() }
        #expect(faults?.faults.count == 2)
        #expect(desk.takeNext() == nil)
        #expect(count("postwatch_configuration_reload_failures_total") == 1)
    }

    @Test("gives the server what to go on with when it is sound, and the last one counts")
    func sound() async throws {
        let directory = TestDirectory()
        let desk = desk(reading: "\(directory.path)/postwatch.yml")
        for flag in ["true", "false"] {
            try directory.write(Array("promql: {experimental: \(flag)}\n".utf8), to: "postwatch.yml")
            try await desk.reload()
            #expect(desk.takeNext()?.promql.allowsExperimental == (flag == "true"))
        }
        #expect(count("postwatch_configuration_reloads_total") == 2)
    }
}

import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Journeys

@Suite("Section confirm")
struct ConfirmationReadingTests {
    private func policy(_ text: String) throws -> ConfirmationPolicy {
        try ConfigurationSection.read(try ConfigurationFile.parse(text, file: "test.yml"), file: "test.yml", ConfirmationPolicy.init)
    }

    @Test("what is left out is usual; of repeats seven of ten must fail")
    func defaults() throws {
        #expect(try policy("{}") == ConfirmationPolicy())
        let many = try policy("{repeats: 10, failures: 3, interval: 1s, vantages: 2}")
        #expect(many == ConfirmationPolicy(failures: 3, repeats: 10, failing: 7, interval: .seconds(1), vantages: 2))
        #expect(try policy("{repeats: 10, failing: 10}").failing == 10)
    }

    @Test("faults are told", arguments: ["{repeats: 2, failing: 3}", "{failures: 0}", "{vantages: 0}", "{interval: 1ms}", "{rounds: 3}"])
    func faults(text: String) {
        #expect(throws: ConfigurationFaults.self) { try policy(text) }
    }
}

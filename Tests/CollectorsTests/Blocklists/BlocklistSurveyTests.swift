import MailWire
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Blocklists")
struct BlocklistSurveyTests {
    @Test("A real list says who is on it and why; one that does not answer has not said that an address is clear")
    func realList() async throws {
        let server = try await RealResolver(
            "\(LoopbackNetwork.prefix).53.72", zones: ["zen.test."],
            records: [
                "1.100.51.198.zen.test. IN A 127.0.0.4", "1.100.51.198.zen.test. IN A 127.0.0.10",
                "1.100.51.198.zen.test. IN TXT \"see https://zen.test/198.51.100.1\"", "3.100.51.198.zen.test. IN A 127.255.255.254",
                "4.100.51.198.zen.test. IN A 203.0.113.9",
            ], refused: ["gone.test."])
        let addresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "2001:db8::1"].compactMap { InternetAddress($0) }
        let settings = BlocklistSettings(
            addresses: addresses, lists: ["zen.test", "gone.test"], pace: SurveyPace(every: .seconds(600), timeout: .seconds(5)))
        let found = await BlocklistSurvey(settings: settings, resolver: server.resolver).survey(at: Timestamp(milliseconds: 0))
        let metrics = Metrics(found.measurements)
        let expected: [(String, Double?, Double)] = [
            ("198.51.100.1", 1, 0), ("198.51.100.2", 0, 0), ("198.51.100.3", nil, 1), ("198.51.100.4", nil, 1), ("2001:db8::1", 0, 0),
        ]
        for (address, listed, failed) in expected {
            #expect(metrics["dnsbl_listed{address=\"\(address)\", list=\"zen.test\"}"] == listed)
            #expect(metrics["dnsbl_query_failed{address=\"\(address)\", list=\"zen.test\"}"] == failed)
            #expect(metrics["dnsbl_listed{address=\"\(address)\", list=\"gone.test\"}"] == nil)
            #expect(metrics["dnsbl_query_failed{address=\"\(address)\", list=\"gone.test\"}"] == 1)
        }
        #expect(!found.isComplete)
        #expect(found.findings.first == "198.51.100.1 is on zen.test (127.0.0.10, 127.0.0.4): see https://zen.test/198.51.100.1")
        #expect(found.findings[1].contains("127.255.255.254, which means that it does not serve this resolver"))
        #expect(found.findings[2].contains("outside of 127.0.0.0/8"))
        #expect(found.findings[3].hasSuffix("REFUSED"))
        server.service.stop()
        let gone = await BlocklistSurvey(settings: settings, resolver: server.resolver).survey(at: Timestamp(milliseconds: 0))
        #expect(Metrics(gone.measurements).names(withPrefix: "dnsbl_listed") == [])
    }
}

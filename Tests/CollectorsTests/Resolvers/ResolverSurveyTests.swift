import MailClient
import MailWire
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Name servers that must know the right answers")
struct ResolverSurveyTests {
    @Test("A real one is asked, compared, and down when it has gone")
    func realServer() async throws {
        let server = try await RealResolver(
            "\(LoopbackNetwork.prefix).53.71", zones: ["example.test."],
            records: [
                "example.test. IN MX 10 mx1.example.test.", "example.test. IN MX 20 mx2.example.test.",
                "example.test. IN TXT \"v=spf1 -all\"",
                "example.test. IN SOA ns.example.test. root.example.test. 7 1 1 1 1",
            ], refused: ["refused.test."])
        let settings = ResolverSettings(
            address: server.endpoint,
            queries: [
                .init(name: "example.test", type: .mx, expected: ["20 MX2.example.test.", "10 mx1.example.test"]),
                .init(name: "example.test", type: .txt, expected: ["v=spf1 ~all"]), .init(name: "example.test", type: .soa),
                .init(name: "nothing.example.test", type: .a), .init(name: "refused.test", type: .a),
            ], pace: SurveyPace(every: .seconds(30), timeout: .seconds(2)))
        let survey = ResolverSurvey(settings: settings, resolver: server.resolver)
        let found = await survey.survey(at: Timestamp(milliseconds: 0))
        let metrics = Metrics(found.measurements)
        let place = "resolver=\"\(server.endpoint)\""
        #expect(metrics["dns_up{\(place)}"] == 1)
        #expect(metrics["dns_correct{name=\"example.test\", \(place), type=\"MX\"}"] == 1)
        #expect(metrics["dns_correct{name=\"example.test\", \(place), type=\"TXT\"}"] == 0)
        #expect(metrics["dns_correct{name=\"example.test\", \(place), type=\"SOA\"}"] == 1)
        #expect(metrics["dns_correct{name=\"nothing.example.test\", \(place), type=\"A\"}"] == 0)
        #expect(metrics["dns_correct{name=\"refused.test\", \(place), type=\"A\"}"] == 0)
        #expect((metrics["dns_query_duration_seconds{name=\"example.test\", \(place), type=\"MX\"}"] ?? 0) > 0)
        #expect(
            found.findings == [
                "\(server.endpoint): example.test TXT: found v=spf1 -all instead of v=spf1 ~all",
                "\(server.endpoint): nothing.example.test A: found no record",
                "\(server.endpoint): refused.test A: the name server \(server.endpoint) failed for refused.test: REFUSED",
            ])

        server.service.stop()
        let gone = await survey.survey(at: Timestamp(milliseconds: 0))
        #expect(Metrics(gone.measurements)["dns_up{\(place)}"] == 0)
        #expect(gone.findings.count == 1)
        #expect(gone.findings.first?.hasSuffix("; see whether it runs, and lets this node ask") == true)
    }

    @Test("Records are compared in any order; names in any case, texts not")
    func comparison() {
        let names = ResolverSettings.Query(name: "x", type: .ns, expected: ["A.test.", "b.test"])
        #expect(ResolverSurvey.fault(of: ["b.test", "a.test"], names) == nil)
        #expect(ResolverSurvey.fault(of: ["b.test"], names) == "found b.test instead of A.test., b.test")
        let text = ResolverSettings.Query(name: "x", type: .txt, expected: ["Hello"])
        #expect(ResolverSurvey.fault(of: ["hello"], text) == "found hello instead of Hello")
        #expect(ResolverSurvey.fault(of: [], ResolverSettings.Query(name: "x", type: .a, expected: [])) == nil)
    }
}

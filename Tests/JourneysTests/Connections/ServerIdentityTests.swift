import Journeys
import MailClient
import MailWire
import NIOSSL
import PostwatchModel
import TestSupport
import Testing

/// Whom a certificate makes a server, as far as journeys are concerned.
@Suite struct ServerIdentityTests {
    private let directory = TestDirectory()

    /// Runs the task against a server whose certificate is for its address and for `*.example.test`.
    private func run(
        greeting: String, as name: String?, _ task: (Endpoint, TLSSettings) throws -> any JourneyTask
    ) async throws -> (run: JourneyRun, place: String) {
        try directory.write(Array(TestCertificates.addressCertificate.utf8), to: "ca.pem")
        let context = try NIOSSLContext.server(TestCertificates.addressCertificate, TestCertificates.addressKey)
        let server = try await ScriptedServer.start(greeting: .init(greeting), tls: context) {
            { line in
                switch line {
                case "QUIT": .init("221 bye\r\n", hangsUp: true)
                case "": .init("HTTP/1.1 204 No Content\r\n\r\n")
                default: line.hasPrefix("EHLO") ? "250 mx-1\r\n" : .silence
                }
            }
        }
        let task = try task(server.endpoint, TLSSettings(caFile: "\(directory.path)/ca.pem", serverName: name))
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "a-1", task: task, timeout: .seconds(20)))).run()
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    @Test("A certificate for the connected address is none for the name that was asked for", arguments: ["smtp", "http"])
    func addressInsteadOfName(kind: String) async throws {
        let names: [(String?, isTaken: Bool)] = [
            (nil, true), ("mail.example.test", true), ("mail.other.test", false), ("a.mail.example.test", false), ("example.test", false),
        ]
        for (name, isTaken) in names {
            let (run, place) = try await run(greeting: kind == "smtp" ? "220 mx-1\r\n" : "", as: name) { server, settings in
                if kind == "smtp" { return SMTPTask(SMTPAccess(server: server, tls: .implicit, tlsSettings: settings)) }
                return HTTPTask(HTTPAccess(url: try #require(HTTPURL("https://\(server)/")), tlsSettings: settings))
            }
            #expect(run.failure == (isTaken ? nil : "\(place): certificate is not for \(name ?? "") during tls"))
            #expect(run.certificateExpiry != nil)
            if isTaken { #expect(run.figures.contains { $0.name == "probe_tls_version_info" }) }
        }
    }
}

import Journeys
import MailClient
import NIOCore
import NIOPosix
import NIOSSL
import PostwatchModel
import TestSupport
import Testing

@Suite struct TLSJourneyTests {
    private let directory = TestDirectory()

    /// A server that encrypts from the first byte on and says nothing.
    private func start(_ certificate: String, _ key: String) async throws -> any Channel {
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private func run(
        _ endpoint: Endpoint, _ mailProtocol: MailProtocol = .tls, name: String = "mail.example.test", isBlind: Bool = false,
        timeout: Duration = .seconds(20)
    ) async throws -> JourneyRun {
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        let settings = TLSSettings(caFile: "\(directory.path)/ca.pem", serverName: name, insecureSkipVerify: isBlind)
        let task = TLSTask(TLSAccess(server: endpoint, mailProtocol: mailProtocol, tlsSettings: settings))
        let clock = WallClock()
        // The authority of the tests begins on 2026-11-21.
        clock.advance(by: .seconds(86_400 * 334))
        let run = await (try clock.factory.make(JourneyConfiguration(name: "tls-1", task: task, timeout: timeout))).run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run
    }

    private func endpoint(_ channel: any Channel) -> Endpoint {
        Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
    }

    @Test("A certificate that is worth something is told under blackbox_exporter's names")
    func trusted() async throws {
        let server = try await start(TestCertificates.validCertificate, TestCertificates.validKey)
        let run = try await run(endpoint(server))
        #expect(run.failure == nil)
        #expect(run.steps.map { "\($0.wire) \($0.phase)" } == ["tls resolve", "tls connect", "tls tls", "tls verify"])
        let values = Dictionary(
            uniqueKeysWithValues: run.samples.map { ($0.labels.metricName, $0) }.filter { !$0.0.hasPrefix("probe_tls_duration") })
        #expect(values["probe_tls_version_info"]?.labels["version"] == "TLS 1.3")
        #expect(values["probe_ssl_earliest_cert_expiry"]?.value == 4_102_358_400)
        #expect((values["probe_ssl_last_chain_expiry_timestamp_seconds"]?.value ?? 0) >= 4_102_358_400)
        #expect(values["probe_ssl_last_chain_info"]?.labels["subjectalternative"] == "mail.example.test")
        try await server.close()
    }

    @Test("All that is wrong with a certificate is told, and when it ended")
    func untrusted() async throws {
        let server = try await start(TestCertificates.expiredCertificate, TestCertificates.expiredKey)
        let run = try await run(endpoint(server), name: "other.example.test")
        let faults = "certificate expired on 2021-06-15; certificate is not for other.example.test"
        #expect(run.failure == "\(endpoint(server)): \(faults), during verify")
        #expect(run.certificateExpiry == Timestamp(milliseconds: 1_623_758_400_000))
        #expect(!run.samples.contains { $0.labels.metricName == "probe_ssl_last_chain_expiry_timestamp_seconds" })
        #expect(try await self.run(endpoint(server), isBlind: true).failure == nil)
        try await server.close()
    }

    @Test(
        "STARTTLS that is not offered, or declined, is a failure of its own",
        arguments: [
            ("250 SIZE 1\r\n", "PLACE: the server does not offer STARTTLS during starttls"),
            ("250 STARTTLS\r\n", "PLACE: the server answers STARTTLS with \"454 4.7.0 not now\" during starttls"),
        ])
    func startTLS(offers: String, sentence: String) async throws {
        let heard = Shared<[String]>([])
        let server = try await ScriptedServer.start(greeting: "220 mx-1\r\n") {
            { line in
                heard.withLock { $0.append(line) }
                return line.hasPrefix("EHLO") ? .init("250-mx-1\r\n" + offers) : "454 4.7.0 not now\r\n"
            }
        }
        let run = try await run(server.endpoint, .smtp)
        #expect(run.failure == sentence.replacing("PLACE", with: "\(server.endpoint)"))
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "ehlo", "starttls"])
        // Who does not encrypt is told goodbye all the same.
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while heard.value.last != "QUIT", clock.now < deadline { try await clock.sleep(for: .milliseconds(5)) }
        #expect(heard.value.last == "QUIT")
        try await server.stop()
    }

    @Test("What does not speak TLS is a failure in time")
    func noTLS() async throws {
        let server = try await ScriptedServer.start(greeting: "220 mx-1\r\n") { { _ in .silence } }
        let run = try await run(server.endpoint)
        // Words in the clear come before our first ones or behind them, in one piece or in two.
        let sentences = [
            "encryption failed: the server does not speak TLS as it should during tls",
            "encryption failed: the server and we agree on no handshake during tls",
            "the server sent further replies in the clear instead of silence before encryption during tls, "
                + "expected the end of the TLS handshake",
        ]
        #expect(sentences.map { "\(server.endpoint): \($0)" }.contains(run.failure))
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "tls"])
        try await server.stop()
    }
}

import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

/// Journeys to the outside, refusals and small checks on the real platform.
@Suite("Outward journeys on the real platform", .serialized) struct OutwardJourneysTests {
    private static let network = "127.95"
    private let user = "probe-1@example.test"

    /// Without the look for what earlier runs left: it is a step of its own where the message was faster than the first look for it.
    private func phases(_ run: JourneyRun) -> [String] {
        run.steps.map { "\($0.wire) \($0.phase)" }.filter { $0 != "imap sweep" }
    }

    @Test("Mail of users goes out, comes back, and what must fail does")
    func journeys() async throws {
        try await Testbed.run(network: Self.network) { testbed in
            try await outbound(testbed)
            try await roundTrips(testbed)
            try await refusals(testbed)
            try await smallChecks(testbed)
        }
    }

    private func outbound(_ testbed: Testbed) async throws {
        let directory = TestDirectory()
        try directory.write(Array(TestCertificates.validCertificate.utf8), to: "cert.pem")
        try directory.write(Array(TestCertificates.validKey.utf8), to: "key.pem")
        let receiver = ReceiverAccess(
            listen: testbed.endpoint("2.10", 25), hello: "receiver.vantage.test", certificateFile: "\(directory.path)/cert.pem",
            keyFile: "\(directory.path)/key.pem")
        let away = OutboundTask(
            exchange: testbed.submission(from: user), to: "probe@vantage.test", destination: .receiver(receiver))
        let run = try await testbed.run(away)
        #expect(run.failure == nil)
        #expect(
            phases(run) == [
                "delivery listen", "smtp resolve", "smtp connect", "smtp greeting", "smtp ehlo", "smtp starttls", "smtp tls", "smtp ehlo",
                "smtp auth", "smtp mail", "smtp rcpt", "smtp data", "smtp accept", "smtp quit", "delivery arrival",
            ])
        let near = OutboundTask(
            exchange: testbed.submission(from: user), to: "probe-2@example.test",
            destination: .mailbox(testbed.mailbox(of: "probe-2@example.test"), testbed.account("probe-2@example.test")))
        let nearRun = try await testbed.run(near)
        #expect(nearRun.failure == nil)
        #expect(phases(nearRun).suffix(5) == ["delivery arrival", "imap fetch", "delivery book", "imap delete", "imap logout"])
        var stranger = away
        stranger.exchange.account?.password = testbed.account("probe-2@example.test").password
        let refused = try await testbed.run(stranger)
        #expect(
            refused.failure?.hasPrefix("smtp.example.test:587: login refused for the account \(user): 535 5.7.8 ") == true,
            "\(refused.failure ?? "no failure")")
    }

    private func roundTrips(_ testbed: Testbed) async throws {
        let answered = RoundTripTask(
            exchange: testbed.submission(from: user), to: "echo@remote.test", mailbox: testbed.mailbox(of: user),
            account: testbed.account(user))
        let run = try await testbed.run(answered)
        #expect(run.failure == nil)
        #expect(
            phases(run).suffix(6) == [
                "delivery outward", "delivery return", "imap fetch", "delivery book", "imap delete", "imap logout",
            ])
        var relayed = answered
        relayed.recipient = "relay@remote.test"
        relayed.returnedBy = .relay
        let relayedRun = try await testbed.run(relayed)
        #expect(relayedRun.failure == nil)
        #expect(phases(relayedRun).suffix(5) == ["delivery arrival", "imap fetch", "delivery book", "imap delete", "imap logout"])
    }

    private func refusals(_ testbed: Testbed) async throws {
        var outside = NegativeTask.Outside(
            exchange: SMTPAccess(
                server: Endpoint(host: "mx-1.example.test", port: 25), tlsSettings: testbed.trust, from: "a@remote.test"), to: user)
        let task = NegativeTask(outside: outside, submission: testbed.submission(from: user), mailbox: testbed.mailbox(of: user))
        let run = try await testbed.run(task)
        // The testbed's MXs believe what a sender says.
        #expect(
            run.failure
                == "mx-1.example.test:25 accepted mail from outside in the name of \(user) during forged_sender; anybody may write in the name of its users"
        )
        #expect(run.figures.map(\.value) == [1, 0, 1, 1, 1, 1, 1], "\(run.steps)")

        let filter = try ContentFilter(at: testbed.endpoint("2.32", 11332))
        defer { filter.stop() }
        try await filter.ready()
        try testbed.configure(
            "mx-2", ["smtpd_milters": "inet:\(testbed.network).2.32:11332", "milter_default_action": "tempfail"])
        outside.exchange.server = Endpoint(host: "mx-2.example.test", port: 25)
        outside.gtube = .rejected
        outside.eicar = .rejected
        let filtered = try await testbed.run(NegativeTask(outside: outside, skipping: [.forgedSender]))
        #expect(filtered.failure == nil)
        #expect(filtered.figures.map(\.value) == [1, 1, 1, 1, 1])
        outside.exchange.server = Endpoint(host: "mx-1.example.test", port: 25)
        let blind = try await testbed.run(
            NegativeTask(outside: outside, mailbox: testbed.mailbox(of: user), skipping: Set(NegativeCheck.allCases).subtracting([.gtube])))
        #expect(
            blind.failure
                == "mx-1.example.test:25 accepted the test message during gtube; the filter did not see it, or does not reject what it must"
        )
    }

    private func smallChecks(_ testbed: Testbed) async throws {
        let port = try await testbed.run(
            TCPTask(TCPAccess(server: Endpoint(host: "mx-1.example.test", port: 25), greeting: "220 mx-1.example.test ESMTP")))
        #expect(port.failure == nil)
        for (server, mailProtocol) in [
            (Endpoint(host: "mx-1.example.test", port: 25), MailProtocol.smtp), (Endpoint(host: "imap.example.test", port: 143), .imap),
            (Endpoint(host: "imap.example.test", port: 993), .tls),
        ] {
            let run = try await testbed.run(
                TLSTask(TLSAccess(server: server, mailProtocol: mailProtocol, tlsSettings: testbed.trust)))
            #expect(run.failure == nil)
            #expect(run.figures.contains { $0.name == "probe_tls_version_info" && $0.labels["version"] == "TLS 1.3" })
        }
        var pinned = SMTPAccess(server: Endpoint(host: "mx-1.example.test", port: 25), tls: .starttls, tlsSettings: testbed.trust)
        pinned.address = "\(testbed.network).0.11"
        #expect(try await testbed.run(SMTPTask(pinned)).failure == nil)
        let otherName = TLSSettings(caFile: testbed.trust.caFile, serverName: "mx-1.elsewhere.test")
        let elsewhere = try await testbed.run(
            TLSTask(TLSAccess(server: testbed.endpoint("0.11", 25), mailProtocol: .smtp, tlsSettings: otherName)))
        #expect(elsewhere.failure == "\(testbed.network).0.11:25: certificate is not for mx-1.elsewhere.test, during verify")
    }
}

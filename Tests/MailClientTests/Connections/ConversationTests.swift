import Foundation
import MailClient
import MailWire
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@Suite struct ConversationTests {
    private static let group = MultiThreadedEventLoopGroup.singleton
    /// 2026-01-01.
    private static let now: Int64 = 1_767_225_600

    private func connect(_ server: LoopbackServer) async throws -> Conversation<SMTPReplyParser> {
        try await Conversation.connect(
            .init(to: try SocketAddress(ipAddress: "127.0.0.1", port: server.endpoint.port)), group: Self.group,
            before: .now() + .seconds(5), wallClock: { Self.now }
        ).value
    }

    private func failure(_ body: () async throws -> Void) async -> ConnectionFailure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ConnectionFailure
        }
    }

    /// The file is the test's own and removed with it.
    private func withAuthorityFile(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString).pem").path
        try TestCertificates.authority.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func secured(_ certificate: String, _ key: String, _ settings: TLSSettings) async throws -> (ConnectionFailure?, Int64?) {
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
        let server = try await LoopbackServer.start(greeting: "220 hello\r\n", tls: context)
        let conversation = try await connect(server)
        let tls = try TLSClient(settings)
        let failure = await failure {
            _ = try await conversation.secure(with: tls, host: "mail.example.test", before: .now() + .seconds(5))
            #expect(try await conversation.next(before: .now() + .seconds(5)).value.code == 220)
        }
        let expiry = await conversation.earliestCertificateExpiry()
        conversation.close()
        try await server.stop()
        return (failure, expiry)
    }

    @Test("A chain that is trusted is accepted, and its earliest end is known")
    func trusted() async throws {
        try await withAuthorityFile { path in
            let (failure, expiry) = try await secured(
                TestCertificates.validCertificate, TestCertificates.validKey, TLSSettings(caFile: path))
            #expect(failure == nil)
            #expect(expiry == 4_102_358_400)
        }
    }

    @Test("An expired certificate is called expired, with its day")
    func expired() async throws {
        try await withAuthorityFile { path in
            let (failure, expiry) = try await secured(
                TestCertificates.expiredCertificate, TestCertificates.expiredKey, TLSSettings(caFile: path))
            #expect(failure == .untrusted(.expired(at: 1_623_758_400)))
            #expect(failure?.description == "certificate expired on 2021-06-15")
            #expect(expiry == 1_623_758_400)
        }
    }

    @Test("A certificate for another name is refused by that reason")
    func wrongName() async throws {
        try await withAuthorityFile { path in
            let (failure, _) = try await secured(
                TestCertificates.validCertificate, TestCertificates.validKey, TLSSettings(caFile: path, serverName: "other.example.test"))
            #expect(failure == .untrusted(.wrongName(expected: "other.example.test")))
        }
    }

    @Test("A certificate of an unknown authority is refused, unless verification is off")
    func unknownAuthority() async throws {
        let (failure, _) = try await secured(TestCertificates.validCertificate, TestCertificates.validKey, TLSSettings())
        #expect(failure == .untrusted(.untrustedIssuer))
        let (none, expiry) = try await secured(
            TestCertificates.expiredCertificate, TestCertificates.expiredKey, TLSSettings(insecureSkipVerify: true))
        #expect(none == nil)
        #expect(expiry == 1_623_758_400)
    }

    @Test("Roots that cannot be read are named")
    func missingRoots() throws {
        let error = #expect(throws: TLSClient.UnusableRoots.self) { try TLSClient(TLSSettings(caFile: "/nowhere/ca.pem")) }
        #expect(error?.description == "no trusted certificate can be read from the file /nowhere/ca.pem")
    }

    @Test("A server that does not speak TLS fails the handshake")
    func noTLS() async throws {
        let server = try await LoopbackServer.start(greeting: "220 hello\r\n")
        let conversation = try await connect(server)
        let tls = try TLSClient(TLSSettings())
        let failure = await failure {
            _ = try await conversation.secure(with: tls, host: "mail.example.test", before: .now() + .seconds(5))
        }
        switch failure {
        case .tls, .protocolFault: break
        default: Issue.record("unexpected: \(String(describing: failure))")
        }
        conversation.close()
        try await server.stop()
    }

    @Test("Silence ends at the deadline, and the conversation stays ended")
    func silence() async throws {
        let server = try await LoopbackServer.start(greeting: "")
        let conversation = try await connect(server)
        let deadline = NIODeadline.now() + .milliseconds(50)
        #expect(await failure { _ = try await conversation.next(before: deadline) } == .timedOut)
        #expect(NIODeadline.now() >= deadline)
        #expect(await failure { _ = try await conversation.next(before: .now() + .seconds(5)) } == .timedOut)
        conversation.close()
        try await server.stop()
    }

    @Test("Silence where nothing has to come is no failure, and the conversation goes on")
    func patience() async throws {
        let server = try await LoopbackServer.start(greeting: "") { _ in "250 hello\r\n" }
        let conversation = try await connect(server)
        let patience = NIODeadline.now() + .milliseconds(50)
        #expect(try await conversation.next(until: patience) == nil)
        #expect(NIODeadline.now() >= patience)
        conversation.send(Array("NOOP\r\n".utf8))
        #expect(try await conversation.next(until: .now() + .seconds(5))?.value.code == 250)
        // The timer of the wait that was over early ends no other wait.
        conversation.send(Array("NOOP\r\n".utf8))
        #expect(try await conversation.next(before: .now() + .seconds(5)).value.code == 250)
        conversation.close()
        #expect(await failure { _ = try await conversation.next(until: .now() + .seconds(5)) } == .closed(isMidReply: false))
        try await server.stop()
    }

    @Test("Waits that share a deadline all end at it, and one that has an earlier one ends earlier")
    func sharedDeadline() async throws {
        let server = try await LoopbackServer.start(greeting: "220 hello\r\n") { _ in "" }
        let conversation = try await connect(server)
        let deadline = NIODeadline.now() + .milliseconds(300)
        #expect(try await conversation.next(before: deadline).value.code == 220)
        #expect(try await conversation.next(until: .now() + .milliseconds(20)) == nil)
        #expect(await failure { _ = try await conversation.next(before: deadline) } == .timedOut)
        #expect(NIODeadline.now() >= deadline)
        conversation.close()
        let other = try await connect(server)
        #expect(try await other.next(before: .now() + .hours(1)).value.code == 220)
        #expect(await failure { _ = try await other.next(before: .now() + .milliseconds(20)) } == .timedOut)
        other.close()
        try await server.stop()
    }

    @Test("A server that hangs up in the middle of a reply is told from one that hangs up between replies")
    func hangingUp() async throws {
        for (greeting, isMidReply) in [("220 hello\r\n250-a\r\n", true), ("220 hello\r\n", false)] {
            let server = try await LoopbackServer.start(greeting: greeting) { _ in nil }
            let conversation = try await connect(server)
            #expect(try await conversation.next(before: .now() + .seconds(5)).value.code == 220)
            conversation.send(Array("NOOP\r\n".utf8))
            #expect(await failure { _ = try await conversation.next(before: .now() + .seconds(5)) } == .closed(isMidReply: isMidReply))
            try await server.stop()
        }
    }

    @Test("A cancelled task does not wait for its deadline")
    func cancellation() async throws {
        let server = try await LoopbackServer.start(greeting: "")
        let conversation = try await connect(server)
        let outcome = await withTaskGroup(of: ConnectionFailure?.self) { group in
            group.addTask { await failure { _ = try await conversation.next(before: .now() + .hours(1)) } }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        conversation.close()
        try await server.stop()
    }

    @Test("A port where nobody listens refuses")
    func refusal() async throws {
        let server = try await LoopbackServer.start(greeting: "")
        try await server.stop()
        #expect(await failure { _ = try await connect(server) } == .refused)
    }
}

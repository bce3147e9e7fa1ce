import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

/// The whole journey against Debian's Dovecot.
@Suite(.serialized) struct IMAPDovecotTests {
    private func journey(
        _ dovecot: RealDovecot, at server: Endpoint, tls: TLSMode, password: String = "password",
        steps: Set<IMAPStep> = IMAPStep.reading, folders: [String] = [], authentication: IMAPAuthentication? = nil,
        clock: WallClock = WallClock()
    ) throws -> any JourneyRunning {
        let settings = TLSSettings(caFile: dovecot.directory.path + "/ca.pem", serverName: "mail.example.test")
        let account = MailAccount(username: "probe", password: .file("\(dovecot.directory.path)/\(password)"))
        return try clock.factory.make(
            JourneyConfiguration(
                name: "imap-1",
                task: IMAPTask(
                    IMAPAccess(server: server, tls: tls, tlsSettings: settings, account: account, authentication: authentication),
                    steps: steps, folders: folders),
                timeout: .seconds(20)))
    }

    private func phases(_ run: JourneyRun) -> [String] {
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run.steps.map(\.phase)
    }

    @Test("Reading changes nothing, over TLS and over STARTTLS, whichever way to sign in")
    func reading() async throws {
        let dovecot = try await RealDovecot(network: "127.94.66")
        defer { dovecot.stop() }
        try dovecot.deliver("Subject: of a person\r\n\r\nhello\r\n")
        let run = await (try journey(dovecot, at: dovecot.implicit, tls: .implicit, folders: ["Sent", "Archive"])).run()
        #expect(run.failure == nil)
        #expect(
            phases(run) == [
                "resolve", "connect", "tls", "greeting", "capability", "auth", "list", "select", "switch", "switch", "switch", "search",
                "fetch", "body", "logout",
            ])
        #expect(run.certificateExpiry != nil)
        let starttls = await (try journey(dovecot, at: dovecot.plain, tls: .starttls, authentication: .login)).run()
        #expect(starttls.failure == nil)
        #expect(
            phases(starttls) == [
                "resolve", "connect", "greeting", "starttls", "tls", "capability", "auth", "list", "select", "search", "fetch", "body",
                "logout",
            ])
        // The message is still new.
        #expect(try FileManager.default.contentsOfDirectory(atPath: dovecot.directory.path + "/mail/probe/new").count == 1)
        let refused = await (try journey(dovecot, at: dovecot.plain, tls: .none, authentication: .xoauth2)).run()
        #expect(
            refused.failure
                == "\(dovecot.plain): the server does not offer AUTH=XOAUTH2 during auth, which auth: xoauth2 needs; it offers AUTH=PLAIN")
    }

    @Test("What is written is found again and removed; what a person wrote, and a forged message, stay")
    func writing() async throws {
        let dovecot = try await RealDovecot(network: "127.94.67")
        defer { dovecot.stop() }
        try dovecot.deliver("Subject: of a person\r\n\r\nhello\r\n")
        try dovecot.deliver("X-Postwatch-Probe: imap-1;00-1;0;\(String(repeating: "0", count: 64))\r\n\r\nforged\r\n")
        let steps = IMAPStep.reading.union([.append, .idle, .flag])
        let journey = try journey(dovecot, at: dovecot.implicit, tls: .implicit, steps: steps)
        for _ in 0..<2 {
            let run = await journey.run()
            #expect(run.failure == nil)
            #expect(
                phases(run) == [
                    "resolve", "connect", "tls", "greeting", "capability", "auth", "list", "select", "search", "fetch", "body", "append",
                    "second", "store", "idle", "second", "flag", "delete", "logout",
                ])
            #expect(try dovecot.count(of: "INBOX") == 2)
            #expect(try dovecot.count(of: "Sent") == 0)
        }
        let flagging = await (try self.journey(dovecot, at: dovecot.plain, tls: .none, steps: [.flag])).run()
        #expect(flagging.failure == nil)
        #expect(
            phases(flagging) == [
                "resolve", "connect", "greeting", "auth", "select", "second", "store", "second", "flag", "delete", "logout",
            ])
        let appending = await (try self.journey(dovecot, at: dovecot.plain, tls: .none, steps: [.append])).run()
        #expect(appending.failure == nil)
        #expect(phases(appending) == ["resolve", "connect", "greeting", "auth", "list", "append", "delete", "logout"])
        #expect(try dovecot.count(of: "INBOX") == 2)
        #expect(try dovecot.count(of: "Sent") == 0)
    }

    @Test("Messages of a run that was broken off are removed by the next one that writes, once no run can need them")
    func orphans() async throws {
        let dovecot = try await RealDovecot(network: "127.94.68")
        defer { dovecot.stop() }
        let clock = WallClock()
        let key = ProbeSigningKey(Array("a key of the tests".utf8))
        for (age, folder) in [(3600, "Sent"), (3600, "INBOX"), (5, "INBOX")] {
            try dovecot.deliver(SignedProbe.message(journey: "imap-1", sentAt: clock.now - .seconds(age), key), to: folder)
        }
        try dovecot.deliver(SignedProbe.message(journey: "imap-2", sentAt: clock.now - .seconds(3600), key))
        let run = await (try journey(dovecot, at: dovecot.plain, tls: .none, steps: [.append, .flag], clock: clock)).run()
        #expect(run.failure == nil)
        // The young one and the other journey's stay.
        #expect(try dovecot.count(of: "INBOX") == 2)
        #expect(try dovecot.count(of: "Sent") == 0)
    }

    @Test("A wrong password, and an expired certificate, fail in their steps")
    func refusals() async throws {
        let dovecot = try await RealDovecot(network: "127.94.69")
        defer { dovecot.stop() }
        let wrong = await (try journey(dovecot, at: dovecot.implicit, tls: .implicit, password: "wrong")).run()
        #expect(
            wrong.failure
                == "\(dovecot.implicit): login refused for the account probe: NO [AUTHENTICATIONFAILED] Authentication failed.")
        #expect(wrong.steps.last?.phase == "auth")
        let expired = await (try journey(dovecot, at: dovecot.expired, tls: .implicit)).run()
        #expect(expired.failure == "\(dovecot.expired): certificate expired on 2021-06-15 during tls")
        #expect(expired.steps.last?.phase == "tls")
        #expect(expired.certificateExpiry == Timestamp(milliseconds: 1_623_758_400_000))
    }
}

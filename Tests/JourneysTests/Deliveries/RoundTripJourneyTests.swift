import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite struct RoundTripJourneyTests {
    private let directory = TestDirectory()

    private func run(
        _ platform: FakePlatform, returnedBy: RoundTripTask.Return = .autoReply, timeout: Duration = .seconds(20)
    ) async throws -> (run: JourneyRun, place: String) {
        try directory.write(Array("hunter2hunter2\n".utf8), to: "password")
        let account = MailAccount(username: "probe", password: .file("\(directory.path)/password"))
        let smtp = try await platform.startSMTP()
        let imap = try await platform.startIMAP()
        let task = RoundTripTask(
            exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: "probe@example.test"), to: "echo@far.test",
            mailbox: IMAPAccess(server: imap.endpoint, tls: .none), account: account, returnedBy: returnedBy)
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "round-1", task: task, timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await smtp.stop()
        try await imap.stop()
        return (run, "\(smtp.endpoint)")
    }

    /// The value of a header field of a message.
    @Sendable private static func field(_ name: String, of message: String) -> String {
        message.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
    }

    private static let arrivalPhases = ["fetch", "book", "delete", "sweep", "logout"]

    @Test(
        "An answer is known by any header that names the message",
        arguments: ["In-Reply-To: <ID>", "References: <x@y>\r\n <ID>", "Subject: Re: SUBJECT"])
    func answers(header: String) async throws {
        let platform = FakePlatform { message in
            #expect(!message.contains("Auto-Submitted"))
            let id = Self.field("Message-ID", of: message).dropFirst().dropLast()
            return header.replacing("ID", with: id).replacing("SUBJECT", with: Self.field("Subject", of: message)) + "\r\n\r\naway\r\n"
        }
        let (run, _) = try await run(platform)
        #expect(run.failure == nil)
        #expect(run.steps.suffix(6).map(\.phase) == ["arrival"] + Self.arrivalPhases)
        #expect(platform.messages.isEmpty)
    }

    @Test("When the answer says when it was written both legs are told")
    func legs() async throws {
        let platform = FakePlatform { message in
            "Date: \(Self.field("Date", of: message))\r\nIn-Reply-To: \(Self.field("Message-ID", of: message))\r\n\r\naway\r\n"
        }
        let (run, _) = try await run(platform)
        #expect(run.failure == nil)
        #expect(run.steps.suffix(7).map { "\($0.wire) \($0.phase)" }.prefix(2) == ["delivery outward", "delivery return"])
    }

    @Test("What is sent on is known by its signed header")
    func relay() async throws {
        let platform = FakePlatform()
        let (run, _) = try await run(platform, returnedBy: .relay)
        #expect(run.failure == nil)
        #expect(platform.messages.isEmpty)
    }

    @Test("A message that comes back as undeliverable is no answer")
    func bounce() async throws {
        let platform = FakePlatform { message in
            "Subject: Undelivered Mail\r\nReferences: \(Self.field("Message-ID", of: message))\r\n"
                + "Content-Type: multipart/report;\r\n report-type=delivery-status\r\n\r\nno\r\n"
        }
        let (run, _) = try await run(platform)
        #expect(run.failure == "the message came back as undeliverable instead of being answered: Undelivered Mail")
        #expect(run.steps.last?.phase == "fetch")
    }

    @Test("A number that was made up by somebody else is no answer, and is left alone")
    func forgery() async throws {
        let platform = FakePlatform { message in
            let id = Self.field("Message-ID", of: message).dropFirst().prefix { $0 != "@" }
            return "Subject: \(id)0\r\n\r\nmine\r\n"
        }
        let (run, _) = try await run(platform)
        #expect(run.failure == "the message that carries the probe's number came back without its proof; it was left alone")
        #expect(platform.messages.count == 1)
    }

    @Test("No answer is a failure of the arrival")
    func silence() async throws {
        let platform = FakePlatform { _ in "Subject: something else\r\n\r\n\r\n" }
        let (run, place) = try await run(platform, timeout: .milliseconds(900))
        #expect(run.failure == "accepted by \(place) (queued as 3F2A1) but not seen in the mailbox within 900ms")
    }
}

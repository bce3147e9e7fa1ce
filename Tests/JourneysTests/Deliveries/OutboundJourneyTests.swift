import MailClient
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Journeys

@Suite struct OutboundJourneyTests {
    private let directory = TestDirectory()

    private func receiver(_ host: String, isSecured: Bool = false) throws -> ReceiverAccess {
        try directory.write(Array(TestCertificates.validCertificate.utf8), to: "cert.pem")
        try directory.write(Array(TestCertificates.validKey.utf8), to: "key.pem")
        return ReceiverAccess(
            listen: Endpoint(host: host, port: 2525), hello: "probe.test",
            certificateFile: isSecured ? "\(directory.path)/cert.pem" : nil, keyFile: isSecured ? "\(directory.path)/key.pem" : nil)
    }

    /// A journey that hands its message over at `server`, its own receiver if there is none.
    private func journey(
        _ access: ReceiverAccess, by server: Endpoint? = nil, tls: TLSMode = .none, to recipient: String = "Probe@far.test",
        clock: WallClock = WallClock(), disk: (any ProbeRecording)? = nil, timeout: Duration = .seconds(20)
    ) throws -> any JourneyRunning {
        let exchange = SMTPAccess(
            server: server ?? access.listen, tls: tls, tlsSettings: TLSSettings(insecureSkipVerify: true), from: "a@example.test")
        let task = OutboundTask(exchange: exchange, to: recipient, destination: .receiver(access))
        return try clock.factory(probes: ProbeAccounting(recording: disk))
            .make(JourneyConfiguration(name: "out-1", task: task, timeout: timeout))
    }

    /// Says lines to a receiver, each when the last was answered, and gives the codes of its answers.
    private func codes(_ endpoint: Endpoint, _ lines: [String]) async throws -> [Int] {
        let address = try SocketAddress(ipAddress: endpoint.host, port: endpoint.port)
        let session = SMTPSession(
            try await Conversation.connect(
                .init(to: address), group: MultiThreadedEventLoopGroup.singleton, before: .now() + .seconds(10), wallClock: { 0 }
            ).value)
        var codes = [try await session.greeting(before: .now() + .seconds(10)).value.code]
        for line in lines {
            session.conversation.send(Array("\(line)\r\n".utf8))
            guard let reply = try? await session.conversation.next(before: .now() + .seconds(10)) else { break }
            codes.append(reply.value.code)
        }
        session.conversation.close()
        return codes
    }

    @Test("A message comes to the vantage's own receiver, in the clear and encrypted", arguments: [false, true])
    func arrival(isSecured: Bool) async throws {
        let clock = WallClock()
        let access = try receiver(isSecured ? "127.95.9.2" : "127.95.9.1", isSecured: isSecured)
        let journey = try journey(access, tls: isSecured ? .starttls : .none, clock: clock)
        for _ in 0..<2 {
            let run = await journey.run()
            #expect(run.failure == nil)
            let tls = isSecured ? ["smtp starttls", "smtp tls", "smtp ehlo"] : []
            #expect(
                run.steps.map { "\($0.wire) \($0.phase)" } == [
                    "delivery listen", "smtp resolve", "smtp connect", "smtp greeting", "smtp ehlo",
                ] + tls + ["smtp mail", "smtp rcpt", "smtp data", "smtp accept", "smtp quit", "delivery arrival"])
            #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
            #expect(
                run.figures
                    == (isSecured ? [JourneyRun.Figure("probe_tls_version_info", ["version": "TLS 1.3"], value: 1)] : []))
        }
        #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 2])
    }

    @Test("A message that does not come fails its run, and one that comes late is booked as such")
    func lateness() async throws {
        let clock = WallClock()
        let platform = FakePlatform()
        let smtp = try await platform.startSMTP()
        let access = try receiver("127.95.9.3")
        let journey = try journey(access, by: smtp.endpoint, clock: clock, timeout: .milliseconds(900))
        let run = await journey.run()
        #expect(
            run.failure
                == "accepted by \(smtp.endpoint) (queued as 3F2A1) but not seen at the receiver 127.95.9.3:2525 within 900ms")
        #expect(run.steps.last?.phase == "arrival")
        clock.advance(by: .seconds(45))
        #expect(
            journey.books(at: clock) == [
                "probe_messages_sent_total": 1, "probe_messages_outstanding": 1, "probe_message_outstanding_seconds": 45,
            ])
        let message = try #require(platform.messages.first?.text)
        let envelope = ["EHLO a", "MAIL FROM:<a@example.test>", "RCPT TO:<probe@FAR.test>", "DATA", message + "."]
        #expect(try await codes(access.listen, envelope) == [220, 250, 250, 250, 354, 250])
        #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "late": 1])
        #expect(try await codes(access.listen, envelope).last == 250)
        #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "duplicate": 1])
        try await smtp.stop()
    }

    @Test("A receiver gives its word when the message is on disk, and knows a copy that is sent again because its process ended before")
    func resending() async throws {
        let (clock, disk) = (WallClock(), ProbeDisk())
        let platform = FakePlatform()
        let smtp = try await platform.startSMTP()
        let access = try receiver("127.95.9.10")
        func process() throws -> any JourneyRunning {
            try journey(access, by: smtp.endpoint, clock: clock, disk: disk, timeout: .milliseconds(900))
        }
        func envelope(_ marks: String = "") throws -> [String] {
            ["EHLO a", "MAIL FROM:<>", "RCPT TO:<probe@far.test>", "DATA", marks + (try #require(platform.messages.first?.text)) + "."]
        }
        do {
            let first = try process()
            #expect(await first.run().failure != nil)
            #expect(try await codes(access.listen, envelope()).last == 250)
            #expect(disk.records.values.map(\.stage) == [.settled(.inbox)])
        }
        // The next process tells nothing of the first one's message but what is on disk.
        let second = try process()
        while await second.run().steps.map(\.phase) == ["listen"] {}
        #expect(try await codes(access.listen, envelope()).last == 250)
        #expect(disk.records.values.count { $0.stage == .settled(.inbox) } == 1)
        // Another copy came another way.
        #expect(try await codes(access.listen, envelope("Received: by mx-2 id 2; now\r\n")).last == 250)
        #expect(disk.records.values.count { $0.stage == .settled(.duplicate) } == 1)
        try await smtp.stop()
    }

    @Test("What cannot be brought to the disk is to be sent again, and is the same copy then")
    func brokenDisk() async throws {
        let (clock, disk) = (WallClock(), ProbeDisk())
        let platform = FakePlatform()
        let smtp = try await platform.startSMTP()
        let access = try receiver("127.95.9.11")
        let journey = try journey(access, by: smtp.endpoint, clock: clock, disk: disk, timeout: .milliseconds(900))
        #expect(await journey.run().failure != nil)
        let envelope = ["EHLO a", "MAIL FROM:<>", "RCPT TO:<probe@far.test>", "DATA", (try #require(platform.messages.first?.text)) + "."]
        disk.isBroken = true
        for _ in 0..<2 { #expect(try await codes(access.listen, envelope).last == 451) }
        disk.isBroken = false
        #expect(try await codes(access.listen, envelope).last == 250)
        #expect(disk.records.values.map(\.stage) == [.settled(.inbox)])
        try await smtp.stop()
    }

    @Test("While the disk is waited for nothing more is read, also when one message came right behind another")
    func hangingDisk() async throws {
        let (clock, disk) = (WallClock(), HangingDisk())
        let access = try receiver("127.95.9.12")
        let journey = try journey(access, clock: clock, disk: disk, timeout: .milliseconds(900))
        #expect(await journey.run().steps.map(\.phase).contains("listen"))
        let mark = ProbeMark(journey: "out-1", id: "ffffffff-1", sentAt: clock.now)
        let message = ProbeMessage(mark: mark, sender: "", recipient: "probe@far.test", host: "probe.test")
        let text = String(decoding: message.bytes(signedWith: ProbeSigningKey(Array("a key of the tests".utf8))), as: UTF8.self)
        let envelope = "MAIL FROM:<>\r\nRCPT TO:<probe@far.test>\r\nDATA\r\n\(text)\r\n.\r\n"
        let group = MultiThreadedEventLoopGroup.singleton
        let isTakenIn = group.next().makePromise(of: Bool.self)
        let channel = try await ClientBootstrap(group: isTakenIn.futureResult.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Flood(isTakenIn)) }
            }.connect(to: try SocketAddress(ipAddress: access.listen.host, port: access.listen.port)).get()
        try await channel.writeAndFlush(ByteBuffer(string: "EHLO a\r\n" + envelope + envelope))
        #expect(try await !isTakenIn.futureResult.get())
        try? await channel.close()
        disk.release()
    }

    @Test("A receiver takes probes for its recipient and nothing else, and bears with nobody for long")
    func refusals() async throws {
        let access = try receiver("127.95.9.4")
        let journey = try journey(access)
        #expect(await journey.run().failure == nil)
        let start = ["EHLO a", "MAIL FROM:<>"]
        #expect(try await codes(access.listen, start + ["RCPT TO:<a@far.test>", "DATA", "QUIT"]) == [220, 250, 250, 550, 503, 221])
        #expect(try await codes(access.listen, ["MAIL FROM:<>", "RCPT TO:<probe@far.test>"]) == [220, 503, 503])
        #expect(
            try await codes(
                access.listen, start + ["RCPT TO:<probe@far.test>", "RCPT TO:<probe@far.test>", "DATA", "Subject: x\r\n\r\nx\r\n."])
                == [220, 250, 250, 250, 452, 354, 550])
        #expect(try await codes(access.listen, ["EHLO a", "MAIL FROM:<> SIZE=99999999", "STARTTLS"]) == [220, 250, 552, 502])
        #expect(try await codes(access.listen, Array(repeating: "VRFY a", count: 20)).suffix(2) == [500, 421])
        #expect(try await codes(access.listen, Array(repeating: "NOOP", count: 110)).last == 421)
        #expect(try await codes(access.listen, [String(repeating: "a", count: 3000)]) == [220, 421])
        let big = String(repeating: String(repeating: "a", count: 998) + "\r\n", count: 1100)
        #expect(
            try await codes(access.listen, start + ["RCPT TO:<probe@far.test>", "DATA", big + ".", "NOOP"])
                == [220, 250, 250, 250, 354, 552, 250])
    }

    @Test("Too many at once are sent away")
    func crowd() async throws {
        let access = try receiver("127.95.9.5")
        let journey = try journey(access)
        #expect(await journey.run().failure == nil)
        let address = try SocketAddress(ipAddress: access.listen.host, port: access.listen.port)
        var crowd: [SMTPSession] = []
        for _ in 0..<32 {
            let session = SMTPSession(
                try await Conversation.connect(
                    .init(to: address), group: MultiThreadedEventLoopGroup.singleton, before: .now() + .seconds(10), wallClock: { 0 }
                ).value)
            crowd.append(session)
            #expect(try await session.greeting(before: .now() + .seconds(10)).value.code == 220)
        }
        #expect(try await codes(access.listen, []) == [421])
        for session in crowd { session.conversation.close() }
    }

    @Test("A place where nobody can listen is a failure that says what to do")
    func noPlace() async throws {
        let first = try journey(try receiver("127.95.9.6"))
        #expect(await first.run().failure == nil)
        let second = try journey(try receiver("127.95.9.6"))
        let run = await second.run()
        #expect(
            run.failure
                == "127.95.9.6:2525: cannot listen there during listen: address already in use; choose an address and a port that nobody uses"
        )
        #expect(run.steps.map(\.phase) == ["listen"])
        // Held to the end: a receiver lives as long as its journey.
        #expect(await first.run().failure == nil)
        let access = ReceiverAccess(listen: Endpoint(host: "127.95.9.7", port: 2525), certificateFile: "/nowhere", keyFile: "/nowhere")
        let error = #expect(throws: UnusableJourney.self) { try journey(access) }
        #expect(
            error?.reason == "receiver: no key pair can be read from /nowhere and /nowhere; write cert_file and key_file in PEM")
    }

    @Test("A run that is cancelled ends soon")
    func cancellation() async throws {
        let platform = FakePlatform()
        let smtp = try await platform.startSMTP()
        let journey = try journey(try receiver("127.95.9.9"), by: smtp.endpoint, timeout: .seconds(300))
        let run = await withTaskGroup(of: JourneyRun.self) { group in
            group.addTask { await journey.run() }
            // The message is taken: now the run waits for it.
            while platform.messages.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        #expect(run?.isSuccess == false)
        #expect((run?.duration ?? .zero) < .seconds(60))
        try await smtp.stop()
    }

    @Test("Journeys of one vantage share a receiver, and each gets its own mail")
    func sharing() async throws {
        let access = try receiver("127.95.9.8")
        let factory = WallClock().factory
        let journeys = try ["out-1", "out-2"].map { name in
            let exchange = SMTPAccess(server: access.listen, tls: .none)
            let task = OutboundTask(exchange: exchange, to: "\(name)@far.test", destination: .receiver(access))
            return try factory.make(JourneyConfiguration(name: name, task: task, timeout: .seconds(20)))
        }
        for journey in journeys + journeys { #expect(await journey.run().failure == nil) }
    }
}

/// Sends a lot when the first message is put off, and says whether it is all gone when the second one is.
private final class Flood: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// More than all buffers on the way hold together.
    private static let size = 64 << 20

    private let isTakenIn: EventLoopPromise<Bool>
    private var heard = ""
    private var isSent = false
    private var isGone = false

    init(_ isTakenIn: EventLoopPromise<Bool>) {
        self.isTakenIn = isTakenIn
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard += String(buffer: unwrapInboundIn(data))
        let refusals = heard.split(separator: "\r\n").count { $0.hasPrefix("451 ") }
        if refusals >= 1, !isSent {
            isSent = true
            let flood = ByteBuffer(repeating: UInt8(ascii: "x"), count: Self.size)
            context.writeAndFlush(wrapOutboundOut(flood)).assumeIsolated().whenSuccess { self.isGone = true }
        }
        if refusals >= 2 { isTakenIn.succeed(isGone) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isTakenIn.fail(ChannelError.eof)
    }
}

import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("Lines that are sent by syslog")
struct SyslogListenerTests {
    private let directory = TestDirectory()

    @Test(
        "logger's forms are all understood",
        arguments: [
            ["--udp", "--rfc3164"], ["--udp", "--rfc5424"], ["--tcp", "--rfc3164"], ["--tcp", "--rfc5424"],
            ["--tcp", "--rfc3164", "--octet-count"], ["--tcp", "--rfc5424", "--octet-count"],
        ])
    func logger(form: [String]) throws {
        var reading = try SyslogReading(settings(1))
        try log(5, form, to: reading.settings)
        try reading.look(untilLines: 5)
        #expect(reading.account.lineCount == 5)
        #expect(reading.account.understoodLineCount == 5)
        #expect(reading.figures == ["connections": reading.figures["connections"] ?? 0, "cut": 0].merging(Self.nothingDropped) { $1 })
    }

    @Test("100,000 lines over TCP are counted to the line, while rounds are read out", arguments: [[], ["--octet-count"]])
    func burst(form: [String]) async throws {
        let settings = settings(2)
        let watch = watch(settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await watch.run() }
            #expect(await metrics(watch)["postwatch_mail_log_up{path=\"\(settings.place)\"}"] == 1)
            try log(100_000, ["--tcp", "--rfc5424"] + form, to: settings)
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(60)
            var lines: Double?
            repeat {
                lines = await metrics(watch)["postwatch_mail_log_lines_understood_total{path=\"\(settings.place)\"}"]
            } while lines != 100_000 && clock.now < deadline
            #expect(lines == 100_000)
            group.cancelAll()
        }
        await watch.finish()
    }

    @Test("of datagrams, those that the system dropped are counted, so that nothing is missing")
    func overflow() throws {
        var reading = try SyslogReading(settings(3))
        let sender = try SyslogSender(.udp, to: reading.settings.address)
        for number in 0..<60_000 { try sender.send(SyslogSender.line(number)) }
        try reading.look { $0.account.lineCount + ($0.figures["receive_buffer"] ?? 0) >= 60_000 }
        // What it says is of what was dropped before the last that was read.
        try sender.send(SyslogSender.line())
        try reading.look { $0.account.lineCount + ($0.figures["receive_buffer"] ?? 0) >= 60_001 }
        #expect(reading.account.lineCount + (reading.figures["receive_buffer"] ?? 0) == 60_001)
        #expect((reading.figures["receive_buffer"] ?? 0) > 0)
        #expect(reading.account.lineCount > 1000)
    }

    @Test("ten megabytes without a line end are cut once, and the next line is read whole")
    func endless() throws {
        var reading = try SyslogReading(settings(4))
        let sender = try SyslogSender(.tcp, to: reading.settings.address)
        let piece = [UInt8](repeating: 0x78, count: 100_000)
        for _ in 0..<100 {
            try sender.send(piece)
            try reading.look()
        }
        try sender.send("\n\(SyslogSender.line())\n")
        try reading.look(untilLines: 2)
        #expect(reading.account.lineCount == 2)
        #expect(reading.account.understoodLineCount == 1)
        #expect(reading.figures["cut"] == 1)
    }

    @Test("who sends slowly keeps nobody waiting")
    func slow() throws {
        var reading = try SyslogReading(settings(5))
        let slow = try SyslogSender(.tcp, to: reading.settings.address)
        let fast = try SyslogSender(.tcp, to: reading.settings.address)
        let bytes = Array("\(SyslogSender.line().utf8.count) \(SyslogSender.line())".utf8)
        for (index, byte) in bytes.enumerated() {
            try slow.send([byte])
            try fast.send("\(SyslogSender.line())\n")
            try reading.look(untilLines: index + 1)
        }
        try reading.look(untilLines: bytes.count + 1)
        #expect(reading.account.understoodLineCount == bytes.count + 1)
        #expect(reading.figures["connections"] == 2)
    }

    @Test("garbage is taken as such, by every way", arguments: 0..<5)
    func garbage(seed: UInt64) throws {
        var reading = try SyslogReading(settings(6))
        var random = SeededGenerator(seed: seed)
        let datagrams = try SyslogSender(.udp, to: reading.settings.address)
        for _ in 0..<200 {
            let stream = try SyslogSender(.tcp, to: reading.settings.address)
            for sender in [datagrams, stream] {
                try sender.send((0..<Int.random(in: 1...2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
            try reading.look()
        }
        let before = reading.account.understoodLineCount
        try datagrams.send(SyslogSender.line())
        try reading.look { $0.account.understoodLineCount > before }
        #expect(reading.account.understoodLineCount == before + 1)
    }

    @Test("a connection too many ends the one that was silent for longest; a line that it had begun is counted")
    func connections() throws {
        var limited = settings(7)
        limited.maxConnections = 2
        var reading = try SyslogReading(limited)
        let senders = try (0..<3).map { number in
            let sender = try SyslogSender(.tcp, to: limited.address)
            try sender.send("\(SyslogSender.line())\n" + (number == 0 ? "500 <22>" : ""))
            try reading.look(untilLines: number + 1)
            return sender
        }
        #expect(reading.figures["connections"] == 2)
        #expect(reading.figures["unfinished"] == 1)
        try senders[1].send("\(SyslogSender.line())\n")
        try senders[2].send(SyslogSender.line())
        try reading.look(untilLines: 4)
        for sender in senders { sender.end() }
        // The last line of a connection needs no end.
        try reading.look(untilLines: 5)
        #expect(reading.account.lineCount == 5)
        #expect(reading.figures["connections"] == 0)
    }

    @Test("lines of those who are not allowed are counted and not taken", arguments: SyslogSettings.TransportProtocol.allCases)
    func strangers(transport: SyslogSettings.TransportProtocol) throws {
        var narrow = settings(8)
        narrow.allowFrom = [AddressRange("192.0.2.0/24")].compactMap { $0 }
        var reading = try SyslogReading(narrow)
        try? SyslogSender(transport, to: narrow.address).send("\(SyslogSender.line())\n")
        try reading.look { $0.figures["sender"] == 1 }
        #expect(reading.figures["sender"] == 1)
        reading.listener.close()
        narrow.allowFrom = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        var wide = try SyslogReading(narrow)
        try SyslogSender(transport, to: narrow.address).send("\(SyslogSender.line())\n")
        try wide.look(untilLines: 1)
        #expect(wide.account.understoodLineCount == 1)
    }

    @Test("a port that is taken says so, and is taken over when it is free")
    func portInUse() throws {
        let settings = settings(9)
        var first = try SyslogReading(settings)
        let failure = CollectionFailure.unreachable(
            socket: "\(settings.address) (udp)", reason: "Address already in use; another program listens there, so give another port")
        #expect(throws: failure) { try SyslogReading(settings) }
        first.listener.close()
        _ = try SyslogReading(settings)
    }

    @Test("after a kill, what was told is still counted: no counter goes back")
    func kill() async throws {
        let settings = settings(10)
        let data = TestDirectory()
        for round in 1...3 {
            let watch = watch(settings, dataDirectory: data.path)
            let up = "postwatch_mail_log_up{path=\"\(settings.place)\"}"
            let patience = ContinuousClock().now + .seconds(20)
            while await metrics(watch)[up] != 1, ContinuousClock().now < patience {}
            try log(10, ["--tcp", "--rfc5424"], to: settings)
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(20)
            var lines: Double?
            repeat {
                lines = await metrics(watch)["postfix_smtpd_connects_total"]
            } while lines != Double(round * 10) && clock.now < deadline
            #expect(lines == Double(round * 10))
            // Its sockets are closed with it; nothing more is saved.
            watch.stop()
        }
    }

    @Test("one look beside an agent that listens tells what that saved, and leaves the port alone")
    func once() async throws {
        let settings = settings(11)
        let data = TestDirectory()
        let agent = watch(settings, dataDirectory: data.path)
        _ = await metrics(agent)
        try log(4, ["--tcp", "--rfc5424"], to: settings)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while await metrics(agent)["postfix_smtpd_connects_total"] != 4, clock.now < deadline {}
        let look = watch(settings, dataDirectory: data.path, isSaving: false)
        #expect(await metrics(look)["postfix_smtpd_connects_total"] == 4)
        look.stop()
        await agent.finish()
    }

    @Test("counts nothing where the system does not say what it threw away")
    func silentSystem() throws {
        var drops = SyslogDrops()
        let place: LabelSet = [:]
        for count in [5, nil, 7, nil, 7] as [UInt32?] { drops.note(ofSystem: count) }
        #expect(Metrics(drops.measurements(at: place))["postwatch_mail_log_dropped_total{reason=\"receive_buffer\"}"] == 7)
        // Of a socket for connections there is no such number.
        let socket = try SyslogSocket(.tcp, at: .internet(host: "\(LoopbackNetwork.prefix).51.46", port: 51_499))
        #expect(socket.droppedDatagrams() == nil)
    }

    // MARK: - Private

    private static let nothingDropped = ["receive_buffer": 0, "sender": 0, "unfinished": 0]

    private func settings(_ number: Int) -> SyslogSettings {
        SyslogSettings(address: .internet(host: "\(LoopbackNetwork.prefix).3.\(number)", port: 5514))
    }

    /// Sends lines by the program of util-linux.
    private func log(_ count: Int, _ form: [String], to settings: SyslogSettings) throws {
        guard case .internet(let host, let port) = settings.address else { return }
        let lines = (0..<count).map { "connect from client\($0).example.com[192.0.2.1]\n" }.joined()
        try directory.write(Array(lines.utf8), to: "lines")
        try ChildProcess.run(
            "/usr/bin/logger",
            [
                "--server", host, "--port", "\(port)", "--tag", "postfix/smtpd", "--priority", "mail.info", "--file",
                directory.path + "/lines",
            ]
                + form)
    }

    private func watch(_ settings: SyslogSettings, dataDirectory: String? = nil, isSaving: Bool = true) -> MailLogWatch {
        MailLogWatch(
            [MailLogSettings(origin: .syslog(settings))], dataDirectory: dataDirectory, isSaving: isSaving, world: .manual()
        ) { _, _ in }
    }

    private func metrics(_ watch: MailLogWatch) async -> Metrics {
        let collectors = CollectorSet(CollectorsConfiguration(host: nil), mailLogs: watch, world: .manual())
        defer { collectors.stop() }
        return Metrics(await collectors.collect().measurements)
    }
}

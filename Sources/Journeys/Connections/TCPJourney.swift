import MailClient
import MailWire
import PostwatchModel

/// Connects to a port, waits for a line when one is expected, and hangs up.
struct TCPJourney: JourneyRunning {
    let setting: JourneySetting
    let port: TCPAccess

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        do {
            try await connect(recorder)
        } catch {
            recorder.fail("\(error)")
        }
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    private func connect(_ recorder: RunRecorder) async throws {
        let server = port.server
        let addresses = try await recorder.step(context("resolve", "the address of \(server.host)")) {
            try await setting.resolver.addresses(of: port.address ?? server.host, port: server.port, before: recorder.deadline)
        }
        let targets = addresses.map { ServerTarget(endpoint: server, address: $0) }
        let dialler = Dialler(group: setting.group, source: nil, wallClock: setting.wallClock)
        let opened = try await recorder.step(context("connect", "the connection")) {
            try await dialler.connect(to: targets, as: LineReplyParser.self, before: recorder.deadline, timeout: recorder.timeout)
        }
        defer { opened.conversation.close() }
        guard let greeting = port.greeting else { return }
        try await recorder.step(context("greeting", "the greeting")) {
            let line = try await opened.conversation.next(before: recorder.deadline)
            guard line.value.hasPrefix(greeting) else {
                let found = WireText.printable(line.value.utf8)
                throw StepFailure(
                    "\(port.place): greeted with \"\(found)\" during greeting, expected a line that begins with \"\(greeting)\"")
            }
            return Stamped((), at: line.at)
        }
    }

    private func context(_ phase: String, _ awaited: String) -> StepContext {
        StepContext(wire: "tcp", phase: phase, place: port.place, awaited: awaited)
    }
}

import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Forwarding

@Suite("The report forwarder")
struct ReportForwarderTests {
    private struct Note: Reportable {
        static let reportType = "note"
        let text: String
    }

    private let directory = TestDirectory()
    private let time = TestTime(Timestamp(milliseconds: 1_700_000_000_000))
    private let sent = Shared<[String]>([])

    private func open(maximumBytes: Int = 1 << 20) throws -> ReportForwarder {
        try ReportForwarder.open(
            configuration: RemoteWriteConfiguration(
                url: "http://127.0.0.1:1/api/v1/reports", buffer: .init(directory: directory.path, maximumBytes: maximumBytes)),
            world: time.world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func send(_ forwarder: ReportForwarder, _ outcome: DeliveryOutcome) async -> RemoteWriteForwarder.Step? {
        await forwarder.forwarder.sendNext { [sent] body in
            sent.withLock { $0.append(String(decoding: body, as: UTF8.self)) }
            return outcome
        }
    }

    private static let twoLines = """
        {"content":{"text":"a"},"type":"note"}
        {"content":{"text":"b/c"},"type":"note"}

        """

    @Test("sends reports as lines, in order, and again until the server has taken them, restarts included")
    func lines() async throws {
        let first = try open()
        await first.report(Note(text: "a"))
        await first.report(Note(text: "b/c"))
        #expect(await send(first, .retry(reason: "away", after: nil)) != .goOn)
        #expect(first.status().pending == 2)
        await first.close()
        let second = try open()
        #expect(second.status().pending == 2)
        #expect(await send(second, .delivered) == .goOn)
        #expect(await send(second, .delivered) == nil)
        #expect(sent.value == [Self.twoLines, Self.twoLines])
        #expect(second.status().sent == 2)
        await second.close()
    }

    @Test("a report of any length ends nothing: what is too long is left out")
    func tooLong() async throws {
        let forwarder = try open()
        await forwarder.report(Note(text: String(repeating: "x", count: 1 << 20)))
        #expect(forwarder.status().pending == 0 && forwarder.status().unkept == 1)
        await forwarder.close()
    }

    @Test("what cannot be put into the buffer is counted once, and so are samples")
    func unkept() async throws {
        let forwarder = try open()
        #expect(await forwarder.hasKept(Note(text: "a")))
        await forwarder.close()
        await forwarder.report(Note(text: "b"))
        // It has ended for good: there is nothing to wait for.
        #expect(await forwarder.hasKept(Note(text: "c")))
        #expect(forwarder.status().unkept == 2)
        let samples = (0..<3).map { number in
            Sample(labels: [LabelSet.metricNameLabel: "up"], timestamp: Timestamp(milliseconds: Int64(number)), value: 1)
        }
        await #expect(throws: ForwardingFailure.closed) { try await forwarder.forwarder.append(samples) }
        #expect(forwarder.status().unkept == 5)
    }

    @Test("while the server is away for long the buffer keeps to its size, and the newest stay")
    func bounded() async throws {
        let forwarder = try open(maximumBytes: 1 << 20)
        for number in 0..<60 { await forwarder.report(Note(text: String(repeating: "x", count: 40_000) + "\(number)")) }
        let status = forwarder.status()
        #expect(status.pendingBytes <= 5 << 18 && status.dropped > 0 && status.pending + status.dropped == 60)
        var taken = 0
        while await send(forwarder, .delivered) == .goOn { taken += 1 }
        #expect(taken > 0)
        #expect(sent.value.last?.contains("x59\"") == true)
        #expect(sent.value.allSatisfy { $0.utf8.count <= Backlog.bytesPerRequest })
        await forwarder.close()
    }
}

import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import TestSupport
import Testing

@testable import Forwarding

@Suite("The remote-write forwarder")
struct RemoteWriteForwarderTests {
    let directory = TestDirectory()
    let time = TestTime(Timestamp(milliseconds: 1_700_000_000_000))
    var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    func open(
        port: Int, in other: TestDirectory? = nil, maximumBytes: Int = 512 << 20, headers: [String: String] = [:],
        credentials: RemoteWriteConfiguration.Credentials = .none
    ) throws -> RemoteWriteForwarder {
        let configuration = RemoteWriteConfiguration(
            url: "http://127.0.0.1:\(port)/api/v1/write", headers: headers, credentials: credentials,
            buffer: .init(directory: (other ?? directory).path, maximumBytes: maximumBytes))
        return try RemoteWriteForwarder.open(configuration: configuration, world: time.world, logger: logger)
    }

    func sample(_ number: Int64) -> Sample {
        Sample(labels: LabelSet(metric: "up", ["instance": "mx-1"]), timestamp: Timestamp(milliseconds: number), value: Double(number))
    }

    /// Runs the forwarder; ends when the body has returned, and with it the forwarder.
    func running(_ forwarder: RemoteWriteForwarder, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(configuration: .init(services: [.init(service: forwarder)], logger: logger))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Returns when everything has been settled, moving the clock past each pause.
    func settle(_ forwarder: RemoteWriteForwarder, until isSettled: () -> Bool) async {
        while !isSettled() {
            await Task.yield()
            time.advance(by: .seconds(60))
        }
    }

    @Test("sends what it is given, in order, with the protocol's headers")
    func sending() async throws {
        let receiver = try await ScriptedReceiver.start()
        try directory.write(Array("s3cret\n".utf8), to: "password")
        let forwarder = try open(
            port: receiver.port, headers: ["X-Scope-OrgID": "mail"],
            credentials: .basic(username: "agent", password: .file(directory.path + "/password")))
        try await running(forwarder) {
            for number in 1...20 as ClosedRange<Int64> { try await forwarder.append([sample(number)]) }
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        #expect(receiver.takenTimestamps == Array(1...20))
        let head = try #require(receiver.received.value.first?.head)
        #expect(head.uri == "/api/v1/write")
        #expect(head.headers["Content-Encoding"] == ["snappy"])
        #expect(head.headers["Content-Type"] == ["application/x-protobuf"])
        #expect(head.headers["X-Prometheus-Remote-Write-Version"] == ["0.1.0"])
        #expect(head.headers["X-Scope-OrgID"] == ["mail"])
        #expect(head.headers["Authorization"] == ["Basic " + Data("agent:s3cret".utf8).base64EncodedString()])
        #expect(forwarder.status().sent == 20)
        try await receiver.stop()
    }

    @Test("keeps everything while the receiver is away, and delivers it in order when it is back")
    func receiverAway() async throws {
        let first = try await ScriptedReceiver.start()
        let port = first.port
        try await first.stop()
        let forwarder = try open(port: port)
        let back = Shared<ScriptedReceiver?>(nil)
        try await running(forwarder) {
            for number in 1...50 as ClosedRange<Int64> { try await forwarder.append([sample(number)]) }
            await settle(forwarder) { forwarder.status().retries > 1 }
            #expect(forwarder.status().pending == 50)
            #expect(forwarder.status().lastFailure != nil)
            back.value = try await ScriptedReceiver.start(port: port)
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        #expect(back.value?.takenTimestamps == Array(1...50))
        #expect(forwarder.status().lastFailure == nil)
        try await back.value?.stop()
    }

    @Test("sends the same request again after a 500, and after a 429 not before it may")
    func retries() async throws {
        let receiver = try await ScriptedReceiver.start { before, _ in
            switch before.count {
            case 0: .init(status: .internalServerError)
            case 1: .init(status: .tooManyRequests, headers: [("Retry-After", "45")])
            default: .init()
            }
        }
        let forwarder = try open(port: receiver.port)
        try await forwarder.append([sample(1)])
        try await running(forwarder) {
            var waits = time.sleeping.makeAsyncIterator()
            let first = try #require(await waits.next())
            #expect((.milliseconds(250) ... .milliseconds(500)).contains(first))
            time.advance(by: first)
            #expect(await waits.next() == .seconds(45))
            time.advance(by: .seconds(45))
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        #expect(receiver.received.value.count == 3)
        #expect(receiver.takenTimestamps == [1])
        #expect(forwarder.status().retries == 2)
        try await receiver.stop()
    }

    @Test("drops what is refused, and only that: the others of the same request are sent")
    func refusal() async throws {
        let receiver = try await ScriptedReceiver.start { _, content in
            let isBad = content.series.contains { $0.points.contains { $0.timestamp == 3 } }
            return isBad ? .init(status: .badRequest, body: "out of bounds\nmore") : .init()
        }
        let forwarder = try open(port: receiver.port)
        for number in 1...5 as ClosedRange<Int64> { try await forwarder.append([sample(number)]) }
        try await running(forwarder) {
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        #expect(receiver.takenTimestamps == [1, 2, 4, 5])
        #expect(forwarder.status().refused == 1)
        #expect(forwarder.status().sent == 4)
        try await receiver.stop()
    }

    @Test("that was killed goes on at the first request that was not acknowledged")
    func restart() async throws {
        let receiver = try await ScriptedReceiver.start { before, _ in .init(status: before.isEmpty ? .noContent : .serviceUnavailable) }
        let forwarder = try open(port: receiver.port)
        try await forwarder.append((1...3).map(sample))
        try await running(forwarder) {
            await settle(forwarder) { forwarder.status().pending == 0 }
            try await forwarder.append((4...6).map(sample))
            await settle(forwarder) { forwarder.status().retries > 0 }
        }
        let left = try directory.snapshot()
        try await receiver.stop()

        let second = try await ScriptedReceiver.start()
        let again = try open(port: second.port, in: left)
        #expect(again.status().pending == 3)
        try await again.append([sample(7)])
        try await running(again) {
            await settle(again) { again.status().pending == 0 }
        }
        #expect(second.takenTimestamps == [4, 5, 6, 7])
        await again.close()
        #expect(try open(port: second.port, in: left).status().pending == 0)
        try await second.stop()
    }

    @Test("sends what is left when it is shut down")
    func farewell() async throws {
        let receiver = try await ScriptedReceiver.start()
        let forwarder = try open(port: receiver.port)
        try await running(forwarder) {
            try await forwarder.append((1...100).map(sample))
        }
        // All of it, in order. The request that was on its way when the end came may be sent once more, as a whole.
        let all = Array(1...100 as ClosedRange<Int64>)
        #expect(receiver.takenTimestamps == all || receiver.takenTimestamps == all + all)
        try await receiver.stop()
    }

    @Test("keeps to the size of its buffer by dropping the oldest samples, and counts them")
    func fullBuffer() async throws {
        let forwarder = try open(port: 1, maximumBytes: 1 << 20)
        var random = SystemRandomNumberGenerator()
        for number in 0..<200 as Range<Int64> {
            // Values that do not compress.
            try await forwarder.append(
                (0..<1000 as Range<Int64>).map { step in
                    var sample = sample(number * 1000 + step)
                    sample.value = Double(bitPattern: random.next())
                    return sample
                })
        }
        let status = forwarder.status()
        #expect(status.dropped > 0)
        #expect(status.dropped + status.pending == 200_000)
        #expect(status.pendingBytes <= 1 << 20)
        await forwarder.close()
        #expect(try open(port: 1, maximumBytes: 1 << 20).status().pending == status.pending)
    }

    @Test("lets only one process use its buffer")
    func lock() throws {
        let forwarder = try open(port: 1)
        #expect(throws: ForwardingFailure.locked(directory: directory.path)) { try open(port: 1) }
        _ = forwarder.status()
    }
}

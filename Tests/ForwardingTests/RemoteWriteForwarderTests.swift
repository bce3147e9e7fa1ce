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
        port: Int, in other: TestDirectory? = nil, timeout: Duration = .seconds(30), maximumBytes: Int = 512 << 20,
        headers: [String: String] = [:], credentials: RemoteWriteConfiguration.Credentials = .none, world: World? = nil
    ) throws -> RemoteWriteForwarder {
        let configuration = RemoteWriteConfiguration(
            url: "http://127.0.0.1:\(port)/api/v1/write", timeout: timeout, headers: headers, credentials: credentials,
            buffer: .init(directory: (other ?? directory).path, maximumBytes: maximumBytes))
        return try RemoteWriteForwarder.open(configuration: configuration, world: world ?? time.world, logger: logger)
    }

    func sample(_ number: Int64) -> Sample {
        Sample(labels: LabelSet(metric: "up", ["instance": "mx-1"]), timestamp: Timestamp(milliseconds: number), value: Double(number))
    }

    /// Runs the forwarder; ends when the body has returned, and with it the forwarder.
    func running(_ service: any Service, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: logger))
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

    @Test("gathers a stream of small records into a few requests", .timeLimit(.minutes(1)))
    func gathering() async throws {
        let receiver = try await ScriptedReceiver.start()
        // By the machine's own clock: on a slow one there are fewer requests, not more.
        let forwarder = try open(port: receiver.port, world: World(clock: ContinuousClock(), now: time.world.now))
        try await running(forwarder) {
            for number in 1...40 as ClosedRange<Int64> {
                try await forwarder.append([sample(number)])
                try await ContinuousClock().sleep(for: .milliseconds(10))
            }
            while forwarder.status().pending > 0 { try await ContinuousClock().sleep(for: .milliseconds(10)) }
        }
        #expect(receiver.takenTimestamps == Array(1...40))
        #expect(receiver.received.value.count < 20)
        try await receiver.stop()
    }

    @Test("keeps native histograms over a restart, and sends them")
    func histograms() async throws {
        let receiver = try await ScriptedReceiver.start()
        let histogram = NativeHistogram(
            schema: 3, counterReset: .notReset, zeroThreshold: 0.001, zeroCount: 2, count: 12, sum: 18.5,
            positiveSpans: [.init(offset: -2, length: 2), .init(offset: 3, length: 1)], positiveBuckets: [3, 2, 1],
            negativeSpans: [.init(offset: 0, length: 1)], negativeBuckets: [4])
        let bounds = NativeHistogram(
            schema: NativeHistogram.customBoundsSchema, count: 3, sum: 4, positiveSpans: [.init(offset: 0, length: 2)],
            positiveBuckets: [1, 2], customBounds: [0.5, 1])
        let first = try open(port: receiver.port)
        let labels = LabelSet(metric: "smtp_seconds", ["instance": "mx-1"])
        try await first.append([
            sample(1), Sample(labels: labels, timestamp: Timestamp(milliseconds: 2), histogram: histogram),
            Sample(labels: labels, timestamp: Timestamp(milliseconds: 3), histogram: bounds),
            Sample(labels: labels, timestamp: Timestamp(milliseconds: 4), histogram: .staleMarker), sample(5),
        ])
        await first.close()
        let forwarder = try open(port: receiver.port)
        #expect(forwarder.status().pending == 5)
        try await running(forwarder) {
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        let series = receiver.received.value.flatMap(\.content.series)
        #expect(series.map { $0.points.map(\.timestamp) } == [[1], [], [5]])
        let sent = series.flatMap(\.histograms)
        #expect(sent.map(\.timestamp) == [2, 3, 4])
        #expect(sent.map(\.count) == [.fraction(12), .fraction(3), .fraction(0)])
        #expect(sent[0].sum == 18.5 && sent[0].schema == 3 && sent[0].zeroThreshold == 0.001 && sent[0].zeroCount == .fraction(2))
        #expect(sent[0].resetHint == 2)
        #expect(sent[0].positive == .init(spans: [.init(offset: -2, length: 2), .init(offset: 3, length: 1)], counts: [3, 2, 1]))
        #expect(sent[0].negative == .init(spans: [.init(offset: 0, length: 1)], counts: [4]))
        #expect(sent[1].customValues == [0.5, 1] && sent[1].schema == -53)
        #expect(Sample.isStaleMarker(sent[2].sum))
        #expect(forwarder.status().sent == 5)
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
        #expect(receiver.takenTimestamps == Array(1...100))
        #expect(receiver.received.value.count == 1)
        #expect(forwarder.status().sent == 100)
        try await receiver.stop()
    }

    @Test("lets the request that is on its way end when it is shut down, and sends what came meanwhile")
    func requestUnderWayAtShutdown() async throws {
        let arrived = AsyncStream<Void>.makeStream()
        let mayAnswer = DispatchSemaphore(value: 0)
        let receiver = try await ScriptedReceiver.start { before, _ in
            arrived.continuation.yield()
            if before.isEmpty { mayAnswer.wait() }
            return .init()
        }
        let forwarder = try open(port: receiver.port)
        let service = WitnessedService(forwarder) { mayAnswer.signal() }
        try await running(service) {
            try await forwarder.append([sample(1)])
            var arrivals = arrived.stream.makeAsyncIterator()
            await arrivals.next()
            try await forwarder.append([sample(2)])
        }
        #expect(receiver.takenTimestamps == [1, 2])
        #expect(forwarder.status().pending == 0)
        try await receiver.stop()
    }

    @Test("does not ask again at once when the request that was on its way at its end has failed")
    func troubleAtShutdown() async throws {
        let arrived = AsyncStream<Void>.makeStream()
        let mayAnswer = DispatchSemaphore(value: 0)
        let receiver = try await ScriptedReceiver.start { _, _ in
            arrived.continuation.yield()
            mayAnswer.wait()
            return .init(status: .serviceUnavailable)
        }
        let forwarder = try open(port: receiver.port)
        let service = WitnessedService(forwarder) {
            for _ in 0..<5 { mayAnswer.signal() }
        }
        try await running(service) {
            try await forwarder.append([sample(1)])
            var arrivals = arrived.stream.makeAsyncIterator()
            await arrivals.next()
        }
        #expect(receiver.received.value.count == 1)
        #expect(forwarder.status().pending == 1)
        try await receiver.stop()
    }

    @Test("is not held up by an answer that never ends")
    func endlessAnswer() async throws {
        let receiver = try await ScriptedReceiver.start { before, _ in .init(status: .ok, body: "…", isEndless: before.isEmpty) }
        let forwarder = try open(port: receiver.port, timeout: .milliseconds(50))
        try await running(forwarder) {
            try await forwarder.append([sample(1)])
            await settle(forwarder) { forwarder.status().sent == 1 }
            try await forwarder.append([sample(2)])
            await settle(forwarder) { forwarder.status().pending == 0 }
        }
        #expect(receiver.takenTimestamps == [1, 2])
        try await receiver.stop()
    }

    @Test("whose segments are gone does not take what comes then for acknowledged")
    func segmentsGone() async throws {
        let forwarder = try open(port: 1)
        for number in 1...5 as ClosedRange<Int64> { try await forwarder.append([sample(number)]) }
        while await forwarder.sendNext({ _ in .delivered }) != nil {}
        await forwarder.close()
        for name in directory.names where name.hasPrefix("journal-") { #expect(unlink("\(directory.path)/\(name)") == 0) }

        let again = try open(port: 1)
        #expect(again.status().pending == 0)
        try await again.append([sample(6)])
        await again.close()
        let third = try open(port: 1)
        #expect(third.status().pending == 1)
        await third.close()
    }

    @Test(
        "takes a damaged memory of what is acknowledged for none",
        arguments: ["", "3", "-1 8", "0 8", "9223372036854775807 8", "1 -8", "one two"])
    func damagedAcknowledgement(text: String) async throws {
        let forwarder = try open(port: 1)
        try await forwarder.append([sample(1)])
        await forwarder.close()
        try directory.write(Array(text.utf8), to: "acknowledged")
        let again = try open(port: 1)
        #expect(again.status().pending == 1)
        await again.close()
    }

    @Test("counts a damaged record once, however often those sent with it are tried, and never as sent")
    func damagedRecord() async throws {
        let forwarder = try open(port: 1)
        try await forwarder.append([sample(1), sample(2)])
        try await forwarder.append([sample(3)])
        let name = try #require(directory.names.first { $0.hasPrefix("journal-") })
        var bytes = try directory.bytes(of: name)
        bytes[JournalSegment.header.count + JournalRecord.headerBytes] ^= 0x55
        try directory.write(bytes, to: name)
        for _ in 0..<3 { _ = await forwarder.sendNext { _ in .retry(reason: "away", after: nil) } }
        #expect(forwarder.status().damaged == 0)
        #expect(await forwarder.sendNext { _ in .delivered } == .goOn)
        #expect(forwarder.status().damaged == 2)
        #expect(forwarder.status().sent == 1)
        #expect(forwarder.status().pending == 0)
        await forwarder.close()
    }

    @Test("claims no delivery when all that it could send is damaged")
    func allDamaged() async throws {
        let forwarder = try open(port: 1)
        try await forwarder.append([sample(1)])
        for name in directory.names where name.hasPrefix("journal-") { #expect(unlink("\(directory.path)/\(name)") == 0) }
        #expect(await forwarder.sendNext { _ in .delivered } == .goOn)
        #expect(forwarder.status().damaged == 1)
        #expect(forwarder.status().sent == 0)
        #expect(forwarder.status().lastSuccessAt == nil)
        await forwarder.close()
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

    @Test("keeps the newest record even when it alone is larger than the buffer")
    func largeRecord() async throws {
        let forwarder = try open(port: 1, maximumBytes: 1 << 20)
        for round in 0..<2 as Range<Int64> { try await forwarder.append(bulky(10_000, from: round * 10_000)) }
        #expect(forwarder.status().pendingBytes > 1 << 20)
        #expect(forwarder.status().pending == 10_000)
        #expect(forwarder.status().dropped == 10_000)
        await forwarder.close()
    }

    @Test("takes samples although old segments cannot be removed")
    func removalFails() async throws {
        try directory.write(Array("5 8\n".utf8), to: "acknowledged")
        let forwarder = try open(port: 1, maximumBytes: 1 << 20)
        // Named like a segment, and not to be removed like one.
        #expect(mkdir("\(directory.path)/journal-00000002.log", 0o750) == 0)
        for round in 0..<3 as Range<Int64> { try await forwarder.append(bulky(10_000, from: round * 10_000)) }
        #expect(forwarder.status().pending + forwarder.status().dropped == 30_000)
        await forwarder.close()
    }

    /// Samples of which 10,000 take more than a megabyte.
    private func bulky(_ count: Int64, from start: Int64) -> [Sample] {
        (start..<(start + count)).map { number in
            let path = (0..<12).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
            return Sample(labels: LabelSet(metric: "up", ["path": path]), timestamp: Timestamp(milliseconds: number), value: 1)
        }
    }
}

/// A service that says when its shutdown begins, before the service inside learns of it.
private struct WitnessedService: Service {
    private let service: any Service
    private let onShutdown: @Sendable () -> Void

    init(_ service: any Service, onShutdown: @escaping @Sendable () -> Void) {
        self.service = service
        self.onShutdown = onShutdown
    }

    func run() async throws {
        try await withGracefulShutdownHandler(operation: service.run, onGracefulShutdown: onShutdown)
    }
}

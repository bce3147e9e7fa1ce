import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("The Postfix queue collector")
struct PostfixQueueCollectorTests {
    private let tree = TemporaryTree(["public/": ""])
    private let moment = Timestamp(milliseconds: 1_795_265_241_000)

    @Test("tells depth, age and size of a Postfix that answers")
    func answers() throws {
        let showq = FakeShowq(at: socketPath, .says(QueueListing.mixed))
        let metrics = Metrics(try collector().measure(at: moment))
        #expect(metrics["postfix_up{path=\"\(socketPath)\"}"] == 1)
        #expect(metrics["postfix_showq_queue_depth{queue=\"hold\"}"] == 1)
        #expect(metrics["postfix_showq_queue_depth{queue=\"incoming\"}"] == 0)
        #expect(metrics["postfix_showq_oldest_message_age_seconds{queue=\"deferred\"}"] == 60)
        #expect(metrics["postfix_showq_message_size_bytes_sum{queue=\"hold\"}"] == 1276)
        withExtendedLifetime(showq) {}
    }

    @Test("tells destinations with reasons and ages, and what was not tried yet")
    func destinations() throws {
        let showq = FakeShowq(at: socketPath, .says(QueueListing.mixed))
        let metrics = Metrics(try collector().measure(at: moment))
        let name = "postfix_queue_destination"
        #expect(metrics["\(name)_messages{destination=\"b.example\", reason=\"connect_refused\"}"] == 1)
        #expect(metrics["\(name)_messages{destination=\"b.example\", reason=\"other\"}"] == 1)
        #expect(metrics["\(name)_messages{destination=\"c.example\", reason=\"untried\"}"] == 1)
        #expect(metrics["\(name)_oldest_message_age_seconds{destination=\"c.example\", reason=\"untried\"}"] == 60)
        #expect(metrics["\(name)_message_age_seconds_bucket{destination=\"b.example\", le=\"300\"}"] == 2)
        #expect(metrics["\(name)_message_age_seconds_sum{destination=\"b.example\"}"] == 120)
        // What lies in maildrop has not come to a queue manager.
        #expect(metrics.values.keys.allSatisfy { !$0.contains("q.example") })
        withExtendedLifetime(showq) {}
    }

    @Test("reads queues far larger than any buffer")
    func largeQueue() throws {
        let messages = (0..<20_000).flatMap { QueueListing.message(queue: "deferred", id: "M\($0)", time: 1_795_265_181, size: 10) }
        let showq = FakeShowq(at: socketPath, .says(QueueListing.greeting + messages + QueueListing.end))
        #expect(Metrics(try collector().measure(at: moment))["postfix_showq_queue_depth{queue=\"deferred\"}"] == 20_000)
        withExtendedLifetime(showq) {}
    }

    @Test("lays the instance's labels over every series")
    func labels() throws {
        let showq = FakeShowq(at: socketPath, .says(QueueListing.mixed))
        let measurements = try collector(labels: ["postfix": "outbound"]).measure(at: moment)
        #expect(measurements.flatMap(\.points).allSatisfy { $0.labels["postfix"] == "outbound" })
        withExtendedLifetime(showq) {}
    }

    @Test("says that there is no socket")
    func missing() {
        #expect(
            throws: CollectionFailure.unreachable(
                socket: socketPath, reason: "there is no such socket; Postfix is not running, or its queue_directory is another")
        ) { try collector().measure(at: moment) }
    }

    @Test("says that nobody listens")
    func refused() {
        let showq = FakeShowq(at: socketPath, .dead)
        #expect(throws: CollectionFailure.unreachable(socket: socketPath, reason: "nobody listens; Postfix is not running")) {
            try collector().measure(at: moment)
        }
        withExtendedLifetime(showq) {}
    }

    @Test("gives up on a Postfix that is frozen, also when its backlog is full")
    func frozen() {
        let showq = FakeShowq(at: socketPath, .frozen)
        #expect(
            throws: CollectionFailure.timedOut(
                after: .milliseconds(10), while: "\(socketPath) was read; the service hangs or its queue is very long")
        ) { try collector(timeout: .milliseconds(10)).measure(at: moment) }
        var last: CollectionFailure?
        for _ in 0..<3 {
            do throws(CollectionFailure) {
                _ = try collector(timeout: .milliseconds(10)).measure(at: moment)
            } catch {
                last = error
            }
        }
        #expect(last == .unreachable(socket: socketPath, reason: "too many connections wait there already; the service hangs"))
        withExtendedLifetime(showq) {}
    }

    @Test(
        "refuses a listing that is cut short, or that is none",
        arguments: [
            (Array(QueueListing.mixed.dropLast()), "the end of the stream in the middle of the listing"),
            (Array("220 mail.example ESMTP\r\n".utf8), "the end of the stream in the middle of the listing"),
            (QueueListing.message(queue: "other", id: "A", time: 1, size: 1) + QueueListing.end, "the queue \"other\""),
        ])
    func malformed(bytes: [UInt8], found: String) {
        let showq = FakeShowq(at: socketPath, .says(bytes))
        #expect(throws: CollectionFailure.malformed(source: socketPath, found: found)) { try collector().measure(at: moment) }
        withExtendedLifetime(showq) {}
    }

    @Test("says postfix_up 0 and no depth after any failure")
    func afterFailure() {
        let metrics = Metrics(collector(labels: ["postfix": "out"]).measurements(after: .stillRunning))
        #expect(metrics.values == ["postfix_up{path=\"\(socketPath)\", postfix=\"out\"}": 0])
    }

    @Test("refuses a path that no socket can have")
    func longPath() {
        let directory = "/" + String(repeating: "x", count: 120)
        let path = directory + "/public/showq"
        #expect(throws: CollectionFailure.unreachable(socket: path, reason: "the path is longer than 107 bytes, which no socket's may be"))
        {
            try collector(directory: directory).measure(at: moment)
        }
    }

    private var socketPath: String { tree.root + "/public/showq" }

    private func collector(
        directory: String? = nil, labels: LabelSet = [:], timeout: Duration = .seconds(30)
    ) -> PostfixQueueCollector {
        PostfixQueueCollector(
            name: "postfix", settings: PostfixSettings(queueDirectory: directory ?? tree.root, labels: labels), timeout: timeout,
            world: .manual())
    }
}

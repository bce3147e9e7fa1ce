import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Exim's spool")
struct EximSpoolTests {
    /// 100 s after the messages of `id` arrived.
    private let moment = Timestamp(milliseconds: 1_795_892_035_000)

    @Test("counts the messages of a split queue and of named queues")
    func directories() throws {
        let tree = TemporaryTree(["db/": "", "msglog/": "", "scan/input/": ""])
        add(1, to: tree, in: "input/x", recipients: ["a@one.example", "b@one.example"])
        add(2, to: tree, in: "input", recipients: ["a@one.example", "b@two.example"], variables: ["-frozen 1"])
        add(3, to: tree, in: "bulk/input/x", recipients: ["b@two.example"], sender: "<>", warnings: 1)
        tree.write("input/x/hdr.77", "half")
        tree.write("input/x/\(id(9))-D", "no header yet")
        let metrics = try metrics(tree)
        #expect(metrics["exim_queue"] == 3)
        #expect(metrics["exim_queue_frozen"] == 1)
        #expect(metrics["exim_queue_warned"] == 1)
        #expect(metrics["exim_queue_null_sender"] == 1)
        #expect(metrics["exim_queue_oldest_seconds"] == 100)
        #expect(metrics["exim_queue_message_age_seconds_bucket{le=\"120\"}"] == 3)
        #expect(metrics["exim_queue_message_age_seconds_bucket{le=\"60\"}"] == 0)
        #expect(metrics["exim_queue_destination_messages{destination=\"one.example\", reason=\"unknown\"}"] == 2)
        #expect(metrics["exim_queue_destination_messages{destination=\"two.example\", reason=\"unknown\"}"] == 2)
        #expect(metrics["exim_queue_destination_oldest_message_age_seconds{destination=\"one.example\", reason=\"unknown\"}"] == 100)
        // The body of 4 bytes, and the one header.
        #expect(metrics["exim_queue_message_size_bytes_sum"] == Double(3 * (4 + EximEnvelopeTests.headers.utf8.count)))
        #expect(metrics["exim_queue_read_timeout_errors_total"] == 0)
        #expect(metrics["exim_queue_unread{reason=\"timeout\"}"] == 0)
    }

    @Test("is an empty queue before the first message")
    func empty() throws {
        let metrics = try metrics(TemporaryTree())
        #expect(metrics["exim_queue"] == 0)
        #expect(metrics["exim_queue_oldest_seconds"] == 0)
        #expect(metrics["exim_processes{state=\"daemon\"}"] == 0)
        #expect(metrics["exim_up{path=\"\(metrics.path)\"}"] == 0)
    }

    @Test("tells why messages are put off, from their logs")
    func reasons() throws {
        let tree = TemporaryTree()
        add(1, to: tree, in: "input/x", recipients: ["a@one.example"])
        add(2, to: tree, in: "input", recipients: ["a@two.example"])
        add(3, to: tree, in: "input", recipients: ["a@three.example"], variables: ["-deliver_firsttime"])
        tree.write("msglog/x/\(id(1))", "2026-11-28 18:52:30 a@one.example R=r T=t defer (111): Connection refused\n")
        tree.write(
            "msglog/\(id(2))",
            "2026-11-28 18:52:30 a@two.example R=r T=t defer (-44): SMTP error from remote mail server: 451 4.7.1 Greylisted\n")
        tree.write("msglog/\(id(3))", "2026-11-28 18:52:30 a@three.example R=r T=t defer (111): Connection refused\n")
        let metrics = try metrics(tree)
        #expect(
            metrics.names(withPrefix: "exim_queue_destination_messages") == [
                "exim_queue_destination_messages{destination=\"one.example\", reason=\"connect_refused\"}",
                "exim_queue_destination_messages{destination=\"three.example\", reason=\"untried\"}",
                "exim_queue_destination_messages{destination=\"two.example\", reason=\"greylisting\"}",
            ])
    }

    @Test("counts files that are not what Exim writes, also enormous ones")
    func damaged() throws {
        let tree = TemporaryTree(["input/": ""])
        tree.write("input/\(id(1))-H", "")
        tree.write("input/\(id(2))-H", String(repeating: "x", count: 5 << 20))
        tree.write("input/\(id(3))-H", String(repeating: "\0", count: 600))
        symlink("/etc/passwd", "\(tree.root)/input/\(id(4))-H")
        tree.write("input/\(id(5))-H/", "")
        let metrics = try metrics(tree)
        #expect(metrics["exim_queue"] == 5)
        #expect(metrics["exim_queue_unread{reason=\"damaged\"}"] == 5)
    }

    @Test("reads recipients beyond its first buffer")
    func longEnvelope() throws {
        let tree = TemporaryTree()
        add(1, to: tree, in: "input", recipients: (0..<5000).map { "somebody@domain-\($0).example" })
        let metrics = try metrics(tree)
        #expect(metrics["exim_queue"] == 1)
        #expect(metrics.names(withPrefix: "exim_queue_destination_messages").count == EximQueueSummary.shownDestinations + 1)
        #expect(metrics.sum("exim_queue_destination_messages") == 5000)
    }

    @Test("goes on counting when there is no time left to read, and says so")
    func outOfTime() throws {
        let tree = TemporaryTree()
        for number in 1...3 { add(number, to: tree, in: "input", recipients: ["a@one.example"]) }
        let collector = collector(tree, timeout: .zero)
        for round in 1...2 {
            let metrics = Metrics(try collector.measure(at: moment))
            #expect(metrics["exim_queue"] == 3)
            #expect(metrics["exim_queue_oldest_seconds"] == 100)
            #expect(metrics["exim_queue_unread{reason=\"timeout\"}"] == 3)
            #expect(metrics["exim_queue_message_size_bytes_count"] == 0)
            #expect(metrics["exim_queue_read_timeout_errors_total"] == Double(round))
        }
    }

    @Test("that is not there is told with what to do")
    func missing() {
        let collector = EximCollector(
            name: "exim", settings: EximSettings(spoolDirectory: "/nowhere", labels: ["exim": "out"]), timeout: .seconds(5),
            clock: ManualClock())
        #expect(
            throws: CollectionFailure.unreadable(
                path: "/nowhere",
                reason: "there is no such directory; Exim is not installed, or its spool is another: exim -bP spool_directory tells")
        ) { try collector.measure(at: moment) }
        #expect(
            Metrics(collector.measurements(after: .stopped)).values == [
                "exim_up{exim=\"out\", path=\"/nowhere\"}": 0, "exim_queue_read_timeout_errors_total{exim=\"out\"}": 0,
            ])
    }

    @Test(
        "A process does what its arguments say",
        arguments: [
            ("-bdf -q30m", false, "daemon"), ("-C /etc/x -bd -q5m", false, "daemon"), ("-q1h", false, "daemon"),
            ("-bd -q30m", true, "handling"),
            ("-qG", true, "running"), ("-qff", false, "running"), ("-q", true, "running"), ("-qGbulk", true, "running"),
            ("-Mc 1xXNWx-0007pp-1n", true, "delivering"), ("-odi -Mc 1xXNWx-0007pp-1n", false, "delivering"),
            ("-MCS -MC smtp", true, "delivering"),
            ("-bs", false, "other"), ("", false, "other"), ("-Mrm 1xXNWx-0007pp-1n", false, "other"),
        ])
    func states(arguments: String, isChild: Bool, state: String) {
        #expect(EximProcesses.state(arguments.split(separator: " "), isChild: isChild).rawValue == state)
    }

    private struct Found {
        let path: String
        let metrics: Metrics

        subscript(series: String) -> Double? { metrics[series] }

        func names(withPrefix prefix: String) -> [String] { metrics.names(withPrefix: prefix) }

        func sum(_ prefix: String) -> Double { names(withPrefix: prefix).reduce(0) { $0 + (metrics[$1] ?? 0) } }
    }

    private func metrics(_ tree: TemporaryTree) throws -> Found {
        Found(path: tree.root, metrics: Metrics(try collector(tree).measure(at: moment)))
    }

    private func collector(_ tree: TemporaryTree, timeout: Duration = .seconds(5)) -> EximCollector {
        EximCollector(name: "exim", settings: EximSettings(spoolDirectory: tree.root), timeout: timeout, clock: ManualClock())
    }

    private func id(_ number: Int) -> String { "1xXNWx-0007p\(number)-1n" }

    private func add(
        _ number: Int, to tree: TemporaryTree, in directory: String, recipients: [String], variables: [String] = [],
        sender: String = "<s@sender.example>", warnings: Int = 0
    ) {
        let header = EximEnvelopeTests.file(
            id: id(number), sender: sender, variables: variables, recipients: recipients, warnings: warnings)
        tree.write("\(directory)/\(id(number))-H", header)
        tree.write("\(directory)/\(id(number))-D", "\(id(number))-D\nbody")
    }
}

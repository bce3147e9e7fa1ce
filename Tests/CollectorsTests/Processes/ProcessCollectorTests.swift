import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Processes of services")
struct ProcessCollectorTests {
    private let tree = ProcessTree()

    @Test("All figures of a group, and 0 for one without processes")
    func figures() throws {
        tree.run(10, "imap", ticks: (100, 10), start: 500, openFiles: 3)
        tree.run(11, "imap", state: "D", ticks: (0, 0), start: 300, openFiles: 8)
        let collector = collector([
            .init(name: "dovecot", match: .init(commands: ["imap"])), .init(name: "none", match: .init(commands: ["x"])),
        ])
        _ = try measure(collector)
        tree.set(uptimeSeconds: 1010)
        tree.run(10, "imap", ticks: (150, 20), start: 500, openFiles: 3)
        let metrics = try measure(collector)
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        let expected = [
            "num_procs{groupname=\"dovecot\"}": 2, "num_threads{groupname=\"dovecot\"}": 4,
            "cpu_seconds_total{groupname=\"dovecot\", mode=\"user\"}": 0.5,
            "cpu_seconds_total{groupname=\"dovecot\", mode=\"system\"}": 0.1,
            "memory_bytes{groupname=\"dovecot\", memtype=\"resident\"}": 10 * page,
            "memory_bytes{groupname=\"dovecot\", memtype=\"virtual\"}": 16384,
            "memory_bytes{groupname=\"dovecot\", memtype=\"swapped\"}": 8192,
            "open_filedesc{groupname=\"dovecot\"}": 11, "worst_fd_ratio{groupname=\"dovecot\"}": 0.8,
            "oldest_start_time_seconds{groupname=\"dovecot\"}": 1_700_000_003,
            "states{groupname=\"dovecot\", state=\"Waiting\"}": 1, "states{groupname=\"dovecot\", state=\"Zombie\"}": 0,
            "major_page_faults_total{groupname=\"dovecot\"}": 0,
            "num_procs{groupname=\"none\"}": 0, "cpu_seconds_total{groupname=\"none\", mode=\"user\"}": 0,
            "open_filedesc{groupname=\"none\"}": 0,
        ]
        for (series, value) in expected { #expect(metrics["namedprocess_namegroup_\(series)"] == value, "\(series)") }
        #expect(metrics["namedprocess_namegroup_oldest_start_time_seconds{groupname=\"none\"}"] == nil)
    }

    @Test("The processor's counter keeps what ended processes used")
    func counters() throws {
        tree.run(10, "smtpd", ticks: (100, 0))
        let collector = collector([.init(name: "postfix", match: .init(commands: ["smtpd"]))])
        let series = "namedprocess_namegroup_cpu_seconds_total{groupname=\"postfix\", mode=\"user\"}"
        #expect(try measure(collector)[series] == 0)
        tree.run(10, "smtpd", ticks: (300, 0))
        tree.run(11, "smtpd", ticks: (50, 0), start: 100_500)
        tree.set(uptimeSeconds: 1010)
        #expect(try measure(collector)[series] == 2.5)
        tree.end(10)
        tree.end(11)
        tree.set(uptimeSeconds: 1020)
        #expect(try measure(collector)[series] == 2.5)
    }

    @Test("A process counts in the first group that it fits")
    func matching() throws {
        tree.files.write("run/master.pid", "            20\n")
        tree.run(20, "master", executable: "/usr/lib/postfix/sbin/master")
        tree.run(21, "smtpd", parent: 20, executable: "/usr/lib/postfix/sbin/smtpd")
        tree.run(22, "pipe", parent: 21, executable: "/usr/bin/perl")
        tree.run(30, "smtpd", executable: "/usr/lib/postfix/sbin/smtpd (deleted)")
        tree.run(31, "smtpd", executable: "/opt/smtpd")
        tree.run(40, "a-name-of-fifte", unit: "rspamd.service")
        tree.run(41, "a-name-of", unit: "rspamd.service.d")
        let collector = collector([
            .init(name: "master", match: .init(pidFile: "/run/master.pid")),
            .init(name: "lost", match: .init(pidFile: "/run/none.pid")),
            .init(name: "postfix", match: .init(commands: ["smtpd"], executables: ["/usr/lib/postfix/"])),
            .init(name: "opt", match: .init(executables: ["/opt/smtpd"])),
            .init(name: "rspamd", match: .init(commands: ["a-name-of-fifteen-and-more"], units: ["rspamd.service"])),
            .init(name: "rest", match: .init(commands: ["smtpd", "a-name-of"])),
        ])
        let metrics = try measure(collector)
        let counts = ["master": 3.0, "lost": 0, "postfix": 1, "opt": 1, "rspamd": 1, "rest": 1]
        for (group, count) in counts { #expect(metrics["namedprocess_namegroup_num_procs{groupname=\"\(group)\"}"] == count, "\(group)") }
    }

    @Test("A process that runs another program is looked at again")
    func programs() throws {
        tree.run(10, "sh", executable: "/bin/sh")
        let collector = collector([.init(name: "redis", match: .init(executables: ["/usr/bin/redis-server"]))])
        #expect(try measure(collector)["namedprocess_namegroup_num_procs{groupname=\"redis\"}"] == 0)
        tree.end(10)
        tree.run(10, "redis-server", executable: "/usr/bin/redis-server")
        #expect(try measure(collector)["namedprocess_namegroup_num_procs{groupname=\"redis\"}"] == 1)
    }

    @Test("What is no process is passed over, and a /proc that is none fails the collector")
    func hostile() throws {
        tree.files.write("proc/self/stat", "x")
        tree.files.write("proc/99/stat", "garbage")
        tree.files.write("proc/98/", "")
        let groups = [ProcessGroupSettings(name: "a", match: .init(commands: ["a"]))]
        #expect(try measure(collector(groups))["namedprocess_namegroup_num_procs{groupname=\"a\"}"] == 0)
        tree.files.write("proc/uptime", "soon")
        #expect(throws: CollectionFailure.self) { try measure(collector(groups)) }
        #expect(throws: CollectionFailure.self) {
            try ProcessCollector(groups: groups, files: HostFiles(root: TemporaryTree().root)).measure(at: Timestamp(milliseconds: 0))
        }
    }

    @Test("A real process of this machine is measured as the kernel tells it")
    func realProcess() throws {
        let directory = TestDirectory()
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo $$ > \(directory.path)/pid; while :; do :; done"], log: directory.path + "/log")
        defer { child.end(with: SIGKILL) }
        let collector = ProcessCollector(
            groups: [.init(name: "busy", match: .init(pidFile: directory.path + "/pid"))], files: HostFiles())
        let series = "namedprocess_namegroup_cpu_seconds_total{groupname=\"busy\", mode=\"user\"}"
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        var metrics = try measure(collector)
        while clock.now < deadline, metrics[series] ?? 0 < 0.05 { metrics = try measure(collector) }
        #expect(metrics[series] ?? 0 >= 0.05)
        #expect(metrics["namedprocess_namegroup_num_procs{groupname=\"busy\"}"] == 1)
        #expect(metrics["namedprocess_namegroup_open_filedesc{groupname=\"busy\"}"] ?? 0 >= 3)
        #expect((metrics["namedprocess_namegroup_worst_fd_ratio{groupname=\"busy\"}"] ?? 0) > 0)
        #expect((metrics["namedprocess_namegroup_memory_bytes{groupname=\"busy\", memtype=\"resident\"}"] ?? 0) > 100_000)

        let used = metrics[series] ?? 0
        child.end(with: SIGKILL)
        metrics = try measure(collector)
        #expect(metrics["namedprocess_namegroup_num_procs{groupname=\"busy\"}"] == 0)
        #expect((metrics[series] ?? 0) >= used)
    }

    private func collector(_ groups: [ProcessGroupSettings]) -> ProcessCollector {
        ProcessCollector(groups: groups, files: HostFiles(root: tree.root))
    }

    private func measure(_ collector: ProcessCollector) throws -> Metrics {
        Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
    }
}

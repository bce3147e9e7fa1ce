import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Collectors

@Suite("A draft of what an agent measures")
struct CollectorsDraftTests {
    private static let everything = Set(ServiceSign.all.map(\.kind))

    @Test("An empty machine gets its host measured, and no Postfix that is not there")
    func empty() throws {
        let draft = CollectorsDraft(HostSurvey())
        #expect(draft.component == nil)
        #expect(draft.lines.map { String($0.prefix { $0 != "#" }) }.filter { $0.contains(":") }.count == 3)
        #expect(try Self.read(draft) == CollectorsConfiguration(postfix: []))
    }

    @Test(
        "Each service is measured where it listens",
        arguments: [
            ("redis-server", [("0.0.0.0", 6380), ("0.0.0.0", 16380)], [], "redis", "address: 127.0.0.1:6380"),
            ("redis-server", [("192.0.2.7", 6379), ("127.0.0.1", 6379)], ["/run/r.sock"], "redis", "address: 127.0.0.1:6379"),
            ("valkey-server", [], ["/run/v.sock"], "redis", "address: /run/v.sock"),
            ("memcached", [("::", 11211)], [], "memcached", "address: \"[::1]:11211\""),
            (
                "haproxy", [("0.0.0.0", 443)], ["/run/haproxy-master.sock", "/run/haproxy/admin.sock"], "haproxy",
                "address: /run/haproxy/admin.sock"
            ),
            ("unbound", [("0.0.0.0", 53), ("127.0.0.1", 8953)], ["/run/unbound.ctl"], "unbound", "address: /run/unbound.ctl"),
            ("clamd", [("127.0.0.1", 3310)], [], "clamav", "address: 127.0.0.1:3310"),
            ("clamd", [], ["/run/clamav/clamd.ctl"], "clamav", "address: /run/clamav/clamd.ctl"),
            ("postgres", [("127.0.0.1", 5433)], ["/tmp/.s.PGSQL.5433"], "postgresql", "address: /tmp/.s.PGSQL.5433"),
            ("mariadbd", [("127.0.0.1", 3307)], ["/run/mysqld/mysqlx.sock"], "mysql", "address: 127.0.0.1:3307"),
            ("named", [("0.0.0.0", 53), ("127.0.0.1", 953), ("127.0.0.1", 8053)], [], "bind", "url: http://127.0.0.1:8053"),
            ("knotd", [("0.0.0.0", 53)], ["/run/knot/knot.sock"], "knot", "address: /run/knot/knot.sock"),
            ("rspamd", [("::1", 11334), ("127.0.0.1", 11332)], [], "rspamd", "url: \"http://[::1]:11334/metrics\""),
            ("dovecot", [("0.0.0.0", 143), ("127.0.0.1", 9900)], [], "dovecot", "url: http://127.0.0.1:9900/metrics"),
            ("dovecot", [], ["/run/d/master", "/run/d/anvil"], "dovecot_processes", "base_dir: /run/d"),
            ("exim4", [], [], "exim", "spool_directory: /var/spool/exim4"),
        ] as [(String, [(String, Int)], [String], String, String)])
    func places(command: String, ports: [(String, Int)], sockets: [String], kind: String, line: String) {
        var survey = HostSurvey()
        var process = HostSurvey.Process(number: 77, parent: 1, command: command)
        process.listeners = ports.map { HostSurvey.Listener(host: $0.0, port: $0.1) }
        process.sockets = sockets
        survey.processes = [process]
        let lines = CollectorsDraft(survey, kinds: Self.everything).lines
        #expect(lines.contains("  \(kind):"))
        #expect(lines.contains { $0.hasPrefix("    - \(line)  ") }, "\(lines)")
    }

    @Test("What lacks a setting, runs in a container, is not measured or only installed stands in comments")
    func comments() throws {
        var survey = HostSurvey()
        var inContainer = HostSurvey.Process(number: 5, parent: 1, command: "redis-server")
        inContainer.isElsewhere = true
        survey.processes = [
            HostSurvey.Process(number: 1, parent: 0, command: "nginx"), HostSurvey.Process(number: 2, parent: 1, command: "nginx"),
            inContainer, HostSurvey.Process(number: 6, parent: 1, command: "unbound"),
        ]
        survey.files = ["/etc/haproxy/haproxy.cfg"]
        let draft = CollectorsDraft(survey, kinds: ["nginx", "redis", "haproxy"])
        let text = draft.lines.joined(separator: "\n")
        #expect(
            text.contains("# nginx (process 1) would be measured with this in its own configuration:\n  #     location = /nginx_status"))
        #expect(text.contains("  #     - url: http://127.0.0.1/nginx_status"))
        #expect(text.contains("# Redis (process 5) runs in another network namespace"))
        #expect(text.contains("# Unbound (process 6) is not measured by this version."))
        #expect(text.contains("# Installed, but not running: HAProxy."))
        #expect(!text.contains("process 2"))
        #expect(try Self.read(draft).services.isEmpty)
    }

    @Test("Without root the usual places count, and what is not there is told as hidden")
    func partial() throws {
        var survey = HostSurvey()
        survey.isPartial = true
        survey.processes = ["redis-server", "memcached", "unbound"].enumerated().map {
            HostSurvey.Process(number: Int32($0.offset + 10), parent: 1, command: $0.element)
        }
        survey.listeners = [.init(host: "0.0.0.0", port: 6379), .init(host: "127.0.0.1", port: 25)]
        survey.sockets = ["/run/unbound.ctl"]
        let draft = CollectorsDraft(survey)
        #expect(try Self.read(draft).services.map(\.place) == ["127.0.0.1:6379", "/run/unbound.ctl"])
        let text = draft.lines.joined(separator: "\n")
        #expect(text.contains("# memcached (process 11) does not show where it listens."))
        #expect(text.contains("sees more as root"))
    }

    @Test("Several instances get labels that tell them apart, and one group of processes")
    func instances() throws {
        var survey = HostSurvey()
        survey.processes = [6379, 6380].map { port in
            var process = HostSurvey.Process(number: Int32(port), parent: 1, command: "redis-server")
            process.listeners = [.init(host: "127.0.0.1", port: port)]
            process.controlGroups = ["system.slice", "redis-server@\(port).service"]
            return process
        }
        // A child that saves the data listens as its parent does.
        var child = HostSurvey.Process(number: 9, parent: 6379, command: "redis-server")
        child.listeners = survey.processes[0].listeners
        survey.processes.append(child)
        let configuration = try Self.read(CollectorsDraft(survey))
        #expect(configuration.services.map(\.place) == ["127.0.0.1:6379", "127.0.0.1:6380"])
        #expect(configuration.services.map(\.labels) == [["redis": "6379"], ["redis": "6380"]])
        #expect(
            configuration.processes == [
                .init(name: "redis", match: .init(units: ["redis-server@6379.service", "redis-server@6380.service"]))
            ])
    }

    @Test("Every instance of Postfix that runs is measured, by its lock file or by its configuration")
    func postfix() throws {
        var survey = HostSurvey()
        survey.postfixMainFiles = [
            "/etc/postfix": "multi_instance_directories = /etc/postfix-out\n  /etc/postfix-old\n",
            "/etc/postfix-out": "# queue_directory = /wrong\nqueue_directory = /var/spool/postfix-out\nmulti_instance_name = out\n",
            "/etc/postfix-old": "queue_directory=/var/spool/postfix-old\nmaillog_file = /var/log/postfix-old.log\n",
        ]
        survey.files = ["/var/log/mail.log", "/var/log/postfix-old.log"]
        survey.processes = ["/var/spool/postfix", "/var/spool/postfix-out"].enumerated().map { index, queue in
            var master = HostSurvey.Process(number: Int32(index + 20), parent: 1, command: "master")
            master.program = "/usr/lib/postfix/sbin/master"
            master.processFiles = [queue + "/pid/master.pid"]
            return master
        }
        let draft = CollectorsDraft(survey)
        let configuration = try Self.read(draft)
        #expect(
            configuration.postfix == [
                .init(labels: ["postfix": "postfix"]),
                .init(queueDirectory: "/var/spool/postfix-out", configDirectory: "/etc/postfix-out", labels: ["postfix": "out"]),
            ])
        #expect(configuration.processes.map(\.name) == ["postfix", "out"])
        #expect(configuration.mailLogs.map(\.place) == ["/var/log/mail.log", "/var/log/postfix-old.log"])
        #expect(draft.lines.contains("  # Postfix' instance postfix-old (/var/spool/postfix-old) is configured and does not run."))

        survey.isPartial = true
        survey.processes[0].processFiles = []
        survey.processes[1].processFiles = []
        let all = try Self.read(CollectorsDraft(survey)).postfix
        #expect(all.map(\.configDirectory) == ["/etc/postfix", "/etc/postfix-old", "/etc/postfix-out"])
        // syslog may write anywhere; what Postfix writes itself is certain.
        #expect(all.map(\.mailLog) == [nil, "/var/log/postfix-old.log", nil])
    }

    @Test("A queue whose main.cf was not found is measured, with a remark")
    func unknownConfiguration() throws {
        var survey = HostSurvey()
        var master = HostSurvey.Process(number: 20, parent: 1, command: "master")
        master.processFiles = ["/srv/queue/pid/master.pid"]
        survey.processes = [master]
        let draft = CollectorsDraft(survey)
        #expect(try Self.read(draft).postfix == [.init(queueDirectory: "/srv/queue")])
        #expect(draft.lines.contains { $0.hasPrefix("      # Its main.cf was not found.") })
    }

    @Test("The privileges that MySQL's user needs are those that its collector uses")
    func privileges() {
        var survey = HostSurvey()
        var server = HostSurvey.Process(number: 7, parent: 1, command: "mariadbd")
        server.sockets = ["/run/mysqld/mysqld.sock"]
        survey.processes = [server]
        let text = CollectorsDraft(survey).lines.joined(separator: "\n")
        #expect(text.contains("SLAVE MONITOR (MySQL: REPLICATION CLIENT)"))
        #expect(!text.contains("PROCESS"))
    }

    @Test(
        "The component is guessed from what users would miss",
        arguments: [
            (["redis-server", "dovecot"], [993], Role.mailstore), (["master"], [25], .mx), (["master"], [587], .submission),
            (["master", "unbound"], [], .outbound), (["haproxy"], [993, 443], .imapProxy), (["rspamd", "redis-server"], [], .filter),
            (["apache2", "master"], [443], .outbound), (["nginx"], [443], .webmail), (["postgres"], [], .database),
            (["redis-server", "unbound"], [], .cache), (["named"], [53], .dns), (["bash"], [22], nil),
        ] as [([String], [Int], Role?)])
    func components(commands: [String], ports: [Int], role: Role?) {
        var survey = HostSurvey()
        survey.processes = commands.enumerated().map { index, command in
            var process = HostSurvey.Process(number: Int32(index + 2), parent: 1, command: command)
            if command == "master" { process.processFiles = ["/var/spool/postfix/pid/master.pid"] }
            return process
        }
        survey.listeners = ports.map { HostSurvey.Listener(host: "0.0.0.0", port: $0) }
        #expect(CollectorsDraft(survey, kinds: Self.everything).component?.role == role)
    }

    @Test("Names that a process gave itself stay what they are: no line of the file")
    func hostile() throws {
        var survey = HostSurvey()
        let path = "/run/a\n  redis: []\n#\"\u{2028}\\é: {x}"
        var process = HostSurvey.Process(number: 3, parent: 3, command: "redis-server")
        process.sockets = [path]
        process.controlGroups = ["x\ny: z.service"]
        var master = HostSurvey.Process(number: 4, parent: 5, command: "master")
        master.processFiles = ["/q: {a}\nb/pid/master.pid"]
        survey.processes = [process, master]
        let configuration = try Self.read(CollectorsDraft(survey))
        #expect(configuration.services.map(\.place) == [path])
        #expect(configuration.postfix.map(\.queueDirectory) == ["/q: {a}\nb"])
        #expect(configuration.processes.last?.match.units == ["x\ny: z.service"])
    }

    @Test(
        "Texts are in quotes where YAML would take them for something else",
        arguments: ["true", "1.5", "", "a: b", "[::1]:1", "-", "a:", "0x1f"])
    func scalars(text: String) throws {
        #expect(DraftText.scalar(text).hasPrefix("\"") || text == "0x1f")
        let node = try ConfigurationFile.parse("a: \(DraftText.scalar(text))", file: "a.yml")
        #expect(try ConfigurationSection.read(node, file: "a.yml") { $0.text("a") } == text)
    }

    private static func read(_ draft: CollectorsDraft) throws(ConfigurationFaults) -> CollectorsConfiguration {
        let node = try ConfigurationFile.parse(draft.lines.joined(separator: "\n"), file: "agent.yml")
        return try ConfigurationSection.read(node, file: "agent.yml") { file in
            file.section("collectors") { CollectorsConfiguration($0, isPresent: { _ in true }) } ?? CollectorsConfiguration()
        }
    }
}

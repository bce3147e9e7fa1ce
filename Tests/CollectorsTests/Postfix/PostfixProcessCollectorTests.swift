import Glibc
import PostwatchModel
import Testing

@testable import Collectors

@Suite("The processes of Postfix")
struct PostfixProcessCollectorTests {
    private static let masterConfiguration = """
        # service type  private unpriv  chroot  wakeup  maxproc command + args
        smtp      inet  n       -       y       -       -       smtpd
        127.0.0.1:10025 inet n - n - 0 smtpd
            -o content_filter=
        smtp      unix  -       -       y       -       50      smtp
        pickup    unix  n       -       y       60      1       pickup
        postlog   unix-dgram n  -       n       -       1       postlogd
        nonsense

        """

    private let tree = TemporaryTree([
        "etc/main.cf": "default_process_limit =\n  20\n", "etc/master.cf": masterConfiguration, "queue/pid/master.pid": "     77\n",
        "proc/1/comm": "init\n", "proc/77/comm": "master\n", "proc/77/task/77/children": "80 81 82 83 99 ",
        "proc/80/cmdline": "smtpd\0-n\0smtp\0-t\0inet\0-u\0", "proc/81/cmdline": "smtpd\0-n\0smtp\0-t\0inet\0-u\0",
        "proc/82/cmdline": "smtp\0-t\0unix\0-u\0", "proc/83/cmdline": "pickup\0-l\0-t\0unix\0-u\0",
    ])

    @Test("are counted by service, beside what it may have")
    func counts() throws {
        let metrics = try metrics()
        #expect(metrics["postfix_processes{service=\"smtp\", type=\"inet\"}"] == 2)
        #expect(metrics["postfix_processes{service=\"smtp\", type=\"unix\"}"] == 1)
        #expect(metrics["postfix_processes{service=\"pickup\", type=\"unix\"}"] == 1)
        #expect(metrics["postfix_processes{service=\"127.0.0.1:10025\", type=\"inet\"}"] == 0)
        #expect(metrics["postfix_process_limit{service=\"smtp\", type=\"inet\"}"] == 20)
        #expect(metrics["postfix_process_limit{service=\"smtp\", type=\"unix\"}"] == 50)
        // 0 means that there is no limit.
        #expect(metrics["postfix_process_limit{service=\"127.0.0.1:10025\", type=\"inet\"}"] == nil)
        #expect(metrics.names(withPrefix: "postfix_processes").count == 5)
    }

    @Test("are none when Postfix has ended, also when its number is another's by now")
    func ended() throws {
        tree.write("proc/77/comm", "bash\n")
        #expect(try metrics()["postfix_processes{service=\"smtp\", type=\"inet\"}"] == 0)
        tree.write("queue/pid/master.pid", "nobody")
        #expect(try metrics()["postfix_process_limit{service=\"smtp\", type=\"inet\"}"] == 20)
    }

    @Test("are not counted where other processes are hidden; what they may be is known")
    func hidden() throws {
        unlink(tree.root + "/proc/1/comm")
        let metrics = try metrics()
        #expect(metrics.names(withPrefix: "postfix_processes").isEmpty)
        #expect(metrics["postfix_process_limit{service=\"smtp\", type=\"unix\"}"] == 50)
    }

    @Test("of a service that is there twice are those of the last line, as for Postfix")
    func twice() {
        let text = "smtp inet n - y - 5 smtpd\nsmtp unix - - y - 6 smtp\nsmtp inet n - y - 7 postscreen\n"
        let services = PostfixService.all(in: text, defaultProcessLimit: 100)
        #expect(services.map(\.processLimit) == [7, 6])
        #expect(services.map(\.command) == ["postscreen", "smtp"])
    }

    @Test("are not known without master.cf")
    func noConfiguration() {
        let collector = PostfixProcessCollector(
            name: "postfix_processes", settings: PostfixSettings(configDirectory: tree.root + "/none"), files: HostFiles())
        #expect(
            throws: CollectionFailure.unreadable(path: tree.root + "/none/master.cf", reason: "No such file or directory")
        ) { try collector.measure(at: Timestamp(milliseconds: 0)) }
    }

    @Test(
        "log under a name that main.cf gives",
        arguments: [
            ("", "postfix"), ("syslog_name = mail", "mail"), ("multi_instance_name = postfix-out", "postfix-out"),
            ("multi_instance_name =", "postfix"), ("syslog_name = ${multi_instance_name?{x}:{y}}", "postfix"),
            ("# syslog_name = a\n\nsyslog_name\n\t= b", "b"), ("syslog_name = a\nsyslog_name=c ", "c"),
        ])
    func syslogName(text: String, name: String) {
        #expect(PostfixParameters(text).syslogName == name)
    }

    private func metrics() throws -> Metrics {
        let settings = PostfixSettings(queueDirectory: tree.root + "/queue", configDirectory: tree.root + "/etc")
        let collector = PostfixProcessCollector(name: "postfix_processes", settings: settings, files: HostFiles(root: tree.root))
        return Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
    }
}

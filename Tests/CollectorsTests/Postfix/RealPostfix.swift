import Foundation
import Glibc
import PostwatchModel
import TestSupport

@testable import Collectors

/// A real Postfix on its own directories and address, started by one test, ended with it. Mail to `sent.example` is delivered, to
/// `refused.example` meets a port where nobody listens, and to `greylisted.example` a server that puts it off.
final class RealPostfix {
    let directory = TestDirectory()
    private let master: ChildProcess
    /// Takes all mail to `sent.example`.
    private let sink: ChildProcess
    private let greylister: ScriptedSMTPServer

    struct NotPossible: Error, CustomStringConvertible {
        let description: String
    }

    static let address = "\(LoopbackNetwork.prefix).25.1"
    /// Where it takes mail. One of its own, so that two runs of the tests do not meet.
    let port: Int

    var settings: PostfixSettings {
        PostfixSettings(queueDirectory: directory.path + "/queue", configDirectory: directory.path + "/etc")
    }
    var logPath: String { directory.path + "/mail.log" }

    init() throws {
        guard geteuid() == 0 else { throw NotPossible(description: "a real Postfix starts as root only: run the tests as root") }
        let program = "/usr/lib/postfix/sbin/master"
        guard access(program, X_OK) == 0 else {
            throw NotPossible(description: "\(program) is missing; testbed/install installs Debian's package postfix")
        }
        greylister = try ScriptedSMTPServer(address: Self.address, replyToRecipients: "451 4.7.1 Greylisted, please come back in 5 minutes")
        // Postfix' processes are of another user.
        chmod(directory.path, 0o755)
        try Self.makeQueue(directory.path)
        let sinkPort = try ScriptedSMTPServer.freePort(of: Self.address)
        port = try ScriptedSMTPServer.freePort(of: Self.address)
        try directory.write(Array(Self.mainConfiguration(directory.path, sinkPort, greylister.port).utf8), to: "etc/main.cf")
        try directory.write(Array(Self.masterConfiguration(port).utf8), to: "etc/master.cf")
        // Postfix waits until a file of settings is two seconds old before it trusts that nobody is still writing it.
        for name in ["main.cf", "master.cf"] {
            var times = [timeval(tv_sec: time(nil) - 60, tv_usec: 0), timeval(tv_sec: time(nil) - 60, tv_usec: 0)]
            utimes(directory.path + "/etc/" + name, &times)
        }
        sink = try ChildProcess(
            "/usr/sbin/smtp-sink", ["-u", "nobody", "\(Self.address):\(sinkPort)", "200"], log: directory.path + "/sink")
        master = try ChildProcess(program, ["-c", directory.path + "/etc", "-d"], log: directory.path + "/output")
    }

    /// Hands in messages by SMTP and returns when they were taken.
    func send(_ count: Int, to recipient: String) throws {
        let log = directory.path + "/smtp-source"
        let client = try ChildProcess(
            "/usr/sbin/smtp-source",
            ["-s", "\(min(count, 20))", "-l", "200", "-m", "\(count)", "-f", "a@a.example", "-t", recipient, "\(Self.address):\(port)"],
            log: log)
        client.wait()
    }

    /// The bytes of the log so far.
    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    /// The ids of messages in the deferred queue, with the paths of their files.
    var deferred: [String: [String]] {
        var found: [String: [String]] = [:]
        for queue in ["deferred", "defer"] {
            let paths = FileManager.default.enumerator(atPath: "\(directory.path)/queue/\(queue)")
            while let path = paths?.nextObject() as? String {
                guard let id = path.split(separator: "/").last, id.count > 5 else { continue }
                found[String(id), default: []].append("\(directory.path)/queue/\(queue)/\(path)")
            }
        }
        return found
    }

    func stop() { master.end(with: SIGTERM) }

    // MARK: - Private

    private static func makeQueue(_ root: String) throws {
        guard let postfix = getpwnam("postfix")?.pointee, let postdrop = getgrnam("postdrop")?.pointee else {
            throw NotPossible(description: "there is no user postfix; testbed/install installs Debian's package postfix")
        }
        let manager = FileManager.default
        let names = [
            "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private", "public",
            "saved",
            "trace",
        ]
        for name in names {
            let path = "\(root)/queue/\(name)"
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            switch name {
            case "pid": break
            case "maildrop":
                chown(path, postfix.pw_uid, postdrop.gr_gid)
                chmod(path, 0o1730)
            case "public":
                chown(path, postfix.pw_uid, postdrop.gr_gid)
                chmod(path, 0o2710)
            default:
                chown(path, postfix.pw_uid, 0)
                chmod(path, 0o700)
            }
        }
        try manager.createDirectory(atPath: "\(root)/etc", withIntermediateDirectories: true)
        try manager.createDirectory(atPath: "\(root)/data", withIntermediateDirectories: true)
        chown("\(root)/data", postfix.pw_uid, 0)
    }

    private static func mainConfiguration(_ root: String, _ sinkPort: Int, _ greylisterPort: Int) -> String {
        """
        compatibility_level = 3.6
        myhostname = postfix.example
        queue_directory = \(root)/queue
        data_directory = \(root)/data
        maillog_file = \(root)/mail.log
        maillog_file_prefixes = \(root)
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mydestination =
        alias_maps =
        alias_database =
        local_recipient_maps =
        mynetworks = 127.0.0.0/8
        smtpd_relay_restrictions = permit_mynetworks, reject
        transport_maps = inline:{sent.example=smtp:[\(address)]:\(sinkPort),refused.example=smtp:[\(address)]:9,greylisted.example=smtp:[\(address)]:\(greylisterPort)}
        minimal_backoff_time = 300s
        smtputf8_enable = no

        """
    }

    private static func masterConfiguration(_ port: Int) -> String {
        """
        \(address):\(port) inet n - n - 30 smtpd
        pickup     unix  n - n 60 1 pickup
        cleanup    unix  n - n - 0 cleanup
        qmgr       unix  n - n 300 1 qmgr
        rewrite    unix  - - n - - trivial-rewrite
        bounce     unix  - - n - 0 bounce
        defer      unix  - - n - 0 bounce
        trace      unix  - - n - 0 bounce
        flush      unix  n - n 1000? 0 flush
        proxymap   unix  - - n - - proxymap
        smtp       unix  - - n - - smtp
        showq      unix  n - n - - showq
        error      unix  - - n - - error
        retry      unix  - - n - - error
        anvil      unix  - - n - 1 anvil
        scache     unix  - - n - 1 scache
        postlog    unix-dgram n - n - 1 postlogd

        """
    }
}

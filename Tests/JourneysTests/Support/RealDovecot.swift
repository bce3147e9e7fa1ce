import Foundation
import MailClient
import TestSupport

/// Debian's Dovecot with mailboxes of its own, started by one test on an address of its own, ended with it. `probe` signs in with
/// `hunter2hunter2`; on `expired` it shows a certificate that ended in 2021.
final class RealDovecot {
    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    let directory = TestDirectory()
    /// In the clear, and with STARTTLS.
    let plain: Endpoint
    let implicit: Endpoint
    let expired: Endpoint
    private let child: ChildProcess

    /// - Parameter network: `127.94.66`; whoever runs at the same time takes another.
    init(network: String) async throws {
        let program = "/usr/sbin/dovecot"
        guard access(program, X_OK) == 0 else {
            throw NotReady(description: "\(program) is missing; testbed/install installs Debian's package dovecot-imapd")
        }
        plain = Endpoint(host: "\(network).1", port: 29_143)
        implicit = Endpoint(host: "\(network).1", port: 29_993)
        expired = Endpoint(host: "\(network).2", port: 29_993)
        let path = directory.path
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try FileManager.default.createDirectory(atPath: path + "/mail", withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path + "/mail")
        let files = [
            "ca.pem": TestCertificates.authority, "valid.pem": TestCertificates.validCertificate, "valid.key": TestCertificates.validKey,
            "expired.pem": TestCertificates.expiredCertificate, "expired.key": TestCertificates.expiredKey,
            "users": "probe:{PLAIN}hunter2hunter2\n", "password": "hunter2hunter2\n", "wrong": "swordfish\n",
            "dovecot.conf": Self.configuration.replacing("{directory}", with: path).replacing("{network}", with: network),
        ]
        for (name, text) in files { try directory.write(Array(text.utf8), to: name) }
        child = try ChildProcess(program, ["-F", "-c", "\(path)/dovecot.conf"], log: path + "/log")
        try await waitUntilItListens(network)
    }

    func stop() { child.end(with: SIGTERM) }

    /// Puts a message into the folder, as a delivery does. Returns when it is there.
    func deliver(_ message: String, to folder: String = "INBOX") throws {
        let name = "message-\(UUID().uuidString)"
        try directory.write(Array(message.utf8), to: name)
        try doveadm(["save", "-u", "probe", "-m", folder, "\(directory.path)/\(name)"])
    }

    /// Messages in the folder, those that are flagged as deleted among them.
    func count(of folder: String) throws -> Int {
        let mail = directory.path + "/mail/probe" + (folder == "INBOX" ? "" : "/.\(folder)")
        return ["/cur", "/new"].reduce(0) { $0 + ((try? FileManager.default.contentsOfDirectory(atPath: mail + $1))?.count ?? 0) }
    }

    // MARK: - Private

    private func doveadm(_ arguments: [String]) throws {
        try ChildProcess.run("/usr/bin/doveadm", ["-c", directory.path + "/dovecot.conf"] + arguments)
    }

    private func waitUntilItListens(_ network: String) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while clock.now < deadline, child.isRunning {
            if Self.listens("\(network).1", 29_143), Self.listens("\(network).2", 29_993) { return }
            try await clock.sleep(for: .milliseconds(20))
        }
        let log = (try? String(contentsOfFile: directory.path + "/dovecot.log", encoding: .utf8)) ?? ""
        throw NotReady(description: "dovecot does not listen: \(child.output.suffix(1000)) \(log.suffix(1000))")
    }

    private static func listens(_ host: String, _ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static let configuration = """
        instance_name = postwatch-journeys-test
        base_dir = {directory}/run
        state_dir = {directory}/state
        log_path = {directory}/dovecot.log
        listen = {network}.1 {network}.2
        protocols = imap
        ssl = yes
        ssl_cert = <{directory}/valid.pem
        ssl_key = <{directory}/valid.key
        local {network}.2 {
          ssl_cert = <{directory}/expired.pem
          ssl_key = <{directory}/expired.key
        }
        disable_plaintext_auth = no
        auth_mechanisms = plain
        auth_username_format = %n
        auth_failure_delay = 0
        mail_location = maildir:{directory}/mail/%n
        first_valid_uid = 1
        first_valid_gid = 1
        mail_max_userip_connections = 100
        passdb {
          driver = passwd-file
          args = {directory}/users
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={directory}/mail/%n
        }
        namespace inbox {
          inbox = yes
          mailbox Sent {
            auto = create
            special_use = \\Sent
          }
          mailbox Archive {
            auto = create
          }
        }
        service anvil {
          chroot =
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = 29143
          }
          inet_listener imaps {
            port = 29993
          }
        }
        default_login_user = nobody
        default_internal_user = nobody
        default_internal_group = nogroup

        """
}

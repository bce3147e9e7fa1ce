import Foundation
import MailClient
import TestSupport

/// A Dovecot of one test on free ports: IMAP, POP3 and ManageSieve with STARTTLS, the user `ann`, and one message in her mailbox.
final class PrivateDovecot {
    enum Service: String, CaseIterable {
        case imap
        case pop3
        case managesieve
    }

    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    static let password = "open sesame"

    private let directory = TestDirectory()
    private let child: ChildProcess
    private let ports: [Service: Int]

    /// Returns when it listens.
    static func start() async throws -> PrivateDovecot {
        let dovecot = try PrivateDovecot()
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while !dovecot.ports.values.allSatisfy(FreePort.isListening) {
            guard clock.now < deadline, dovecot.child.isRunning else { throw NotReady(description: dovecot.log) }
            try await clock.sleep(for: .milliseconds(20))
        }
        return dovecot
    }

    func endpoint(_ service: Service) -> Endpoint { Endpoint(host: "127.0.0.1", port: ports[service] ?? 0) }

    /// What it wrote.
    var log: String { child.output + ((try? String(contentsOfFile: directory.path + "/dovecot.log", encoding: .utf8)) ?? "") }

    // MARK: - Private

    private init() throws {
        let program = "/usr/sbin/dovecot"
        guard access(program, X_OK) == 0 else {
            throw NotReady(description: "\(program) is missing; testbed/install installs Debian's packages")
        }
        ports = Dictionary(uniqueKeysWithValues: Service.allCases.map { ($0, FreePort.next()) })
        let path = directory.path
        chmod(path, 0o755)
        try FileManager.default.createDirectory(atPath: path + "/mail/ann/cur", withIntermediateDirectories: true)
        for (name, text) in [
            "users": "ann:{PLAIN}\(Self.password)\n", "certificate.pem": TestCertificates.validCertificate,
            "key.pem": TestCertificates.validKey, "mail/ann/cur/1.hello:2,S": "Subject: hello\r\n\r\nHello.\r\n",
            "dovecot.conf": Self.configuration.replacing("{directory}", with: path),
        ] {
            var text = text
            for service in Service.allCases { text = text.replacing("{\(service.rawValue)}", with: "\(ports[service] ?? 0)") }
            try directory.write(Array(text.utf8), to: name)
        }
        try ChildProcess.run("/bin/chown", ["-R", "nobody:nogroup", path + "/mail"])
        child = try ChildProcess(program, ["-F", "-c", "\(path)/dovecot.conf"], log: "\(path)/log")
    }

    private static let configuration = """
        base_dir = {directory}/run
        state_dir = {directory}/state
        log_path = {directory}/dovecot.log
        listen = 127.0.0.1
        ssl = yes
        ssl_cert = <{directory}/certificate.pem
        ssl_key = <{directory}/key.pem
        protocols = imap pop3 sieve
        auth_mechanisms = plain login
        auth_failure_delay = 0
        first_valid_uid = 1
        first_valid_gid = 1
        mail_location = maildir:{directory}/mail/%u
        passdb {
          driver = passwd-file
          args = {directory}/users
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={directory}/mail/%u
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
            port = {imap}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service pop3-login {
          chroot =
          inet_listener pop3 {
            port = {pop3}
          }
          inet_listener pop3s {
            port = 0
          }
        }
        service managesieve-login {
          chroot =
          inet_listener sieve {
            port = {managesieve}
          }
        }
        plugin {
          sieve = file:{directory}/mail/%u/sieve;active={directory}/mail/%u/active.sieve
        }

        """
}

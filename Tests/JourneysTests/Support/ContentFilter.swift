import Foundation
import MailClient
import MailWire
import NIOCore
import NIOPosix
import TestSupport

/// A real Rspamd that asks a real ClamAV, in front of a mail server (milter). They know the two test patterns and ask nobody outside.
final class ContentFilter {
    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    private let directory = TestDirectory()
    private let scanner: ChildProcess
    private let filter: ChildProcess

    private let address: Endpoint

    /// - Parameter address: where the mail server finds it.
    init(at address: Endpoint) throws {
        self.address = address
        let path = directory.path
        // The signature is the pattern itself, at the beginning of a file.
        let eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "!$H+H*"].joined()
        let signature = eicar.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try directory.write(Array("Test.Eicar:0:0:\(signature)\n".utf8), to: "own.ndb")
        try directory.write(Array("LocalSocket \(path)/clamd.ctl\nDatabaseDirectory \(path)\nForeground yes\n".utf8), to: "clamd.conf")
        let configuration = """
            options {
                filters = "";
                cache_file = "\(path)/symbols.cache";
                history_file = "\(path)/history";
                pidfile = "\(path)/pid";
                control_socket = "\(path)/control mode=0600";
                disable_hyperscan = true;
                tempdir = "\(path)";
                url_tld = "/usr/share/rspamd/effective_tld_names.dat";
                dns { nameserver = ["127.0.0.1:1"]; }
            }
            logging { type = "console"; level = "notice"; }
            actions { reject = 15; "add header" = 6; }
            lua = "/usr/share/rspamd/rules/rspamd.lua";
            modules { path = "/usr/share/rspamd/plugins/"; }
            antivirus {
                clamav { type = "clamav"; servers = "\(path)/clamd.ctl"; action = "reject"; scan_mime_parts = true; symbol = "CLAM_VIRUS"; }
            }
            worker "rspamd_proxy" {
                bind_socket = "\(address)";
                count = 1;
                milter = yes;
                timeout = 20s;
                upstream "local" { default = yes; self_scan = yes; }
            }

            """
        try directory.write(Array(configuration.utf8), to: "rspamd.conf")
        scanner = try ChildProcess("/usr/sbin/clamd", ["-c", "\(path)/clamd.conf"], log: "\(path)/clamd.log")
        filter = try ChildProcess(
            "/usr/bin/rspamd", ["--no-fork", "--insecure", "--config", "\(path)/rspamd.conf"], log: "\(path)/rspamd.log")
    }

    /// Returns when both take connections, after at most 30 s.
    func ready() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(30)
        while clock.now < deadline, scanner.isRunning, filter.isRunning {
            let isScanning = FileManager.default.fileExists(atPath: directory.path + "/clamd.ctl")
            if isScanning, await isFiltering() { return }
            try await clock.sleep(for: .milliseconds(50))
        }
        throw NotReady(description: "clamd said: \(scanner.output.suffix(1000))\nrspamd said: \(filter.output.suffix(2000))")
    }

    private func isFiltering() async -> Bool {
        guard let address = try? SocketAddress(ipAddress: address.host, port: address.port) else { return false }
        let connected = try? await Conversation<LineReplyParser>.connect(
            .init(to: address), group: MultiThreadedEventLoopGroup.singleton, before: .now() + .seconds(1), wallClock: { 0 })
        connected?.value.close()
        return connected != nil
    }

    func stop() {
        filter.end(with: SIGTERM)
        scanner.end(with: SIGTERM)
    }
}

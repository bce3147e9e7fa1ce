import Foundation
import TestSupport

/// A real Exim with a spool of its own, where mail for `refused.example` goes to a port at which nobody listens, and all other mail to a
/// host that puts it off.
final class EximServer {
    static let program = "/var/cache/postwatch-testbed/exim4/exim4"

    let service: RealService
    private let smarthost: ChildProcess

    var spool: String { "\(service.directory.path)/spool" }

    init() throws {
        service = try RealService(Self.program, package: "exim4-daemon-light", files: ["exim.conf": Self.configuration]) { directory in
            Self.makeSpool(directory)
            return ["-C", "\(directory)/exim.conf", "-bdf", "-q1h"]
        }
        smarthost = try ChildProcess("/usr/bin/python3", ["-c", Self.deferring], log: "\(service.directory.path)/smarthost.log")
    }

    /// Takes a message into the queue, without a try to deliver it.
    func submit(to recipients: [String]) throws {
        try run(["-odq", "-f", "s@sender.example"] + recipients)
    }

    /// Tries to deliver all messages that are not frozen, also those whose time has not come.
    func runQueue() throws {
        try run(["-qf"])
    }

    /// Freezes a message.
    func freeze(_ id: String) throws {
        try run(["-Mf", id])
    }

    /// Takes the spool away, as a disk that is not mounted any more would. In one step: a child of the daemon may still write there.
    func removeSpool() throws {
        try FileManager.default.moveItem(atPath: spool, toPath: spool + ".gone")
    }

    func stop() {
        service.stop()
        smarthost.end(with: SIGTERM)
    }

    private func run(_ arguments: [String]) throws {
        try ChildProcess.run(Self.program, ["-C", "\(service.directory.path)/exim.conf"] + arguments)
    }

    /// Exim works as the account that the program takes for its own, which is nobody's.
    private static func makeSpool(_ directory: String) {
        mkdir("\(directory)/spool", 0o750)
        guard geteuid() == 0 else { return }
        chmod(directory, 0o755)
        chown("\(directory)/spool", 65534, 65534)
    }

    private static let configuration = """
        primary_hostname = mta.example.test
        spool_directory = {directory}/spool
        log_file_path = {directory}/spool/%slog
        pid_file_path = {directory}/exim.pid
        exim_path = \(program)
        local_interfaces = \(LoopbackNetwork.prefix).25.1
        daemon_smtp_ports = 20025
        tls_advertise_hosts =
        host_lookup =
        split_spool_directory
        keep_environment =
        never_users =
        begin routers
        refused:
          driver = manualroute
          domains = refused.example
          route_list = * \(LoopbackNetwork.prefix).25.2
          transport = nobody
        smarthost:
          driver = manualroute
          route_list = * \(LoopbackNetwork.prefix).25.3
          transport = smarthost
        begin transports
        nobody:
          driver = smtp
          port = 20026
        smarthost:
          driver = smtp
          port = 20027
        begin retry
        * * F,1h,10m

        """

    private static let deferring = """
        import socketserver
        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 smart\\r\\n")
                for line in self.rfile:
                    word = line[:4].upper()
                    self.wfile.write(b"451 4.7.1 Greylisted, try again later\\r\\n" if word == b"RCPT" else b"250 OK\\r\\n")
                    if word == b"QUIT": return
        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
        Server(("\(LoopbackNetwork.prefix).25.3", 20027), Session).serve_forever()
        """
}

import MailClient
import NIOCore
import NIOPosix

/// A real Unbound that knows what a test tells it, and nothing else.
struct RealResolver {
    let endpoint: Endpoint
    let service: RealService

    /// - Parameters:
    ///   - host: An address of the loopback that no other test uses.
    ///   - records: As zone files have them: `example.test. IN MX 10 mx1.example.test.`
    ///   - zones: Everything below is known: names without a record do not exist.
    init(_ host: String, zones: [String], records: [String], refused: [String] = []) async throws {
        let zoneLines = zones.map { "    local-zone: \"\($0)\" static" } + refused.map { "    local-zone: \"\($0)\" always_refuse" }
        let lines = zoneLines + records.map { "    local-data: '\($0)'" }
        let configuration = """
            server:
                username: ""
                chroot: ""
                directory: "{directory}"
                pidfile: "{directory}/pid"
                use-syslog: no
                logfile: ""
                interface: \(host)@53532
                access-control: 127.0.0.0/8 allow
                num-threads: 1
                do-not-query-localhost: yes
                module-config: "iterator"
            \(lines.joined(separator: "\n"))
            remote-control:
                control-enable: no

            """
        service = try RealService("/usr/sbin/unbound", package: "unbound", files: ["unbound.conf": configuration]) { directory in
            ["-d", "-c", "\(directory)/unbound.conf"]
        }
        endpoint = Endpoint(host: host, port: 53532)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while clock.now < deadline {
            if (try? await resolver.answer(to: "localhost", .a, before: .now() + .milliseconds(200))) != nil { return }
            try await clock.sleep(for: .milliseconds(20))
        }
        throw RealService.NotReady(description: "Unbound does not answer")
    }

    var resolver: NameResolver {
        NameResolver(servers: [endpoint], threadPool: .singleton, group: MultiThreadedEventLoopGroup.singleton)
    }
}

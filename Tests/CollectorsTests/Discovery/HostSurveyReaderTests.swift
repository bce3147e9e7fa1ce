import Foundation
import TestSupport
import Testing

@testable import Collectors

@Suite("A look at a machine")
struct HostSurveyReaderTests {
    @Test("finds processes, and what they listen on by the inodes that they hold open")
    func madeUp() throws {
        let tree = ProcessTree()
        tree.run(10, "redis-server", executable: "/usr/bin/redis-server", unit: "redis.service")
        tree.run(11, "master", parent: 10)
        tree.files.write("proc/sys/kernel/hostname", "mx-1\n")
        tree.files.write(
            "proc/net/tcp", "sl local\n 0: 0100007F:18EB 00000000:0000 0A 0:0 0:0 0 0 0 501 1\n 1: 0100007F:1 0:0 01 0 0 0 0 0 502 1\n")
        tree.files.write("proc/net/tcp6", "sl local\n 0: 00000000000000000000000000000000:0019 0:0 0A 0:0 0:0 0 0 0 503 1\n garbage\n")
        tree.files.write(
            "proc/net/unix",
            "Num\n00: 00000002 00000000 00010000 0001 01 504 /run/haproxy/admin.sock.12.tmp\n00: 2 0 00010000 0001 01 505 @x\n00: 3 0 0 1 3 506\n"
        )
        tree.files.write("etc/postfix/main.cf", "multi_instance_directories = /etc/postfix-out\n")
        tree.files.write("etc/postfix-out/main.cf", "maillog_file = /var/log/out.log\n")
        tree.files.write("var/log/out.log", "")
        tree.files.write("etc/redis/redis.conf", "")
        for (descriptor, target) in ["socket:[501]", "socket:[502]", "socket:[504]", "/dev/null", "/q/pid/master.pid"].enumerated() {
            try FileManager.default.createSymbolicLink(atPath: "\(tree.root)/proc/10/fd/\(descriptor)", withDestinationPath: target)
        }
        let survey = try HostSurveyReader(root: tree.root).read()
        #expect(survey.hostName == "mx-1")
        #expect(survey.listeners == [.init(host: "::", port: 25), .init(host: "127.0.0.1", port: 6379)])
        #expect(survey.sockets == ["/run/haproxy/admin.sock"])
        #expect(survey.files == ["/etc/redis/redis.conf", "/var/log/out.log"])
        #expect(Set(survey.postfixMainFiles.keys) == ["/etc/postfix", "/etc/postfix-out"])
        #expect(!survey.isPartial)
        let first = try #require(survey.processes.first)
        #expect(first.program == "/usr/bin/redis-server")
        #expect(first.controlGroups == ["system.slice", "redis.service"])
        #expect(first.listeners == [.init(host: "127.0.0.1", port: 6379)])
        #expect(first.sockets == ["/run/haproxy/admin.sock"])
        #expect(first.processFiles == ["/q/pid/master.pid"])
        #expect(survey.processes.map(\.command) == ["redis-server", "master"])
    }

    @Test(
        "A real Redis is found where it listens, and measured by what was drafted",
        .enabled(if: geteuid() == 0, "only root may see which process of another user listens where"))
    func realRedis() async throws {
        let service = try RealService("/usr/bin/redis-server", package: "redis-server") { directory in
            ["--bind", "\(LoopbackNetwork.prefix).3.79", "--port", "16379", "--save", "", "--dir", directory]
        }
        let address = ServiceAddress.internet(host: "\(LoopbackNetwork.prefix).3.79", port: 16379)
        _ = try await service.firstAnswer(
            RedisCollector(name: "redis", settings: RedisSettings(address: address), timeout: .seconds(5), clock: ContinuousClock()))
        let lines = CollectorsDraft(try HostSurveyReader().read()).lines
        #expect(lines.contains { $0.hasPrefix("    - address: \(LoopbackNetwork.prefix).3.79:16379  ") }, "\(lines)")
        service.stop()
        let after = CollectorsDraft(try HostSurveyReader().read()).lines
        #expect(!after.contains { $0.contains("\(LoopbackNetwork.prefix).3.79:16379") })
    }
}

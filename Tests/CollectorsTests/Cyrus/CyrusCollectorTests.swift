import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("Cyrus")
struct CyrusCollectorTests {
    /// Where testbed/install unpacks Debian's packages, which cannot be installed beside Dovecot and Postfix.
    private static let root = "/var/cache/postwatch-testbed/cyrus"
    private static let programs = root + "/usr/lib/cyrus/bin"

    @Test("A real server tells its figures to an admin, and is down when they are not renewed or it has gone")
    func realServer() async throws {
        let service = try start()
        defer { service.stop() }
        let password = SecretSource.file("\(service.directory.path)/password")
        let collector = collector("admin", password)
        var metrics = try await service.firstAnswer(collector)
        #expect(metrics["cyrus_up"] == 1)

        try signIn()
        let sessions = "cyrus_imap_connections_total{service=\"imap\"}"
        metrics = try await service.firstAnswer(collector) { $0[sessions] == 1 && $0["cyrus_imap_list_total{service=\"imap\"}"] == 1 }
        #expect(metrics["cyrus_imap_authenticate_total{result=\"yes\", service=\"imap\"}"] == 1, "\(metrics.values.keys.sorted())")
        #expect(metrics["cyrus_master_forks_total{family=\"ipv4\", service=\"imap\"}"] == 1)
        let measured = try await collector.collect(at: Timestamp(milliseconds: 0))
        #expect(measured.first { $0.name == "cyrus_imap_connections_total" }?.kind == .counter)
        #expect(measured.first { $0.name == "cyrus_imap_active_connections" }?.kind == .gauge)

        let refusals: [(ExpositionPageCollector<CyrusSettings>, String)] = [
            (self.collector(nil, nil), "HTTP status 401 Unauthorized: it wants a user; give username and password_file"),
            (self.collector("joe", password), "HTTP status 401 Unauthorized: the user or the password is wrong, or the user is none"),
            (self.collector("admin", password, path: "/other"), "HTTP status 404 Not Found: there is no such page; imapd.conf needs"),
        ]
        for (collector, text) in refusals {
            let failure = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
            #expect(failure?.description.contains(text) == true, "\(String(describing: failure))")
        }

        let nextCentury = Timestamp(seconds: 4_102_444_800)
        let stale = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: nextCentury) }
        #expect(stale?.description.contains("old; promstatsd does not renew them") == true, "\(String(describing: stale))")

        service.stop()
        let gone = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
        #expect(gone?.description.contains("takes no connection: nobody listens") == true, "\(String(describing: gone))")
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["cyrus_up": 0])
    }

    // MARK: - Private

    private func collector(
        _ username: String?, _ password: SecretSource?, path: String = "/metrics"
    ) -> ExpositionPageCollector<CyrusSettings> {
        let settings = CyrusSettings(url: "http://\(LoopbackNetwork.prefix).14.80:29080\(path)", username: username, password: password)
        return ExpositionPageCollector(name: "cyrus", settings: settings, timeout: .seconds(5))
    }

    private func start() throws -> RealService {
        guard FileManager.default.isExecutableFile(atPath: Self.programs + "/promstatsd") else {
            throw RealService.NotReady(description: "\(Self.programs) is missing; testbed/install unpacks Debian's Cyrus there")
        }
        let account = geteuid() == 0 ? "nobody" : NSUserName()
        let settings = """
            configdirectory: {directory}/state
            defaultpartition: default
            partition-default: {directory}/mail
            cyrus_user: \(account)
            admins: admin
            sasl_pwcheck_method: alwaystrue
            sasl_mech_list: PLAIN
            allowplaintext: yes
            prometheus_enabled: yes
            prometheus_update_freq: 1s
            httpmodules: prometheus

            """
        let services = """
            START { }
            SERVICES {
              imap cmd="\(Self.programs)/imapd -C {directory}/imapd.conf" listen="\(LoopbackNetwork.prefix).14.80:29143" prefork=0
              http cmd="\(Self.programs)/httpd -C {directory}/imapd.conf" listen="\(LoopbackNetwork.prefix).14.80:29080" prefork=0
            }
            EVENTS { }
            DAEMON {
              promstatsd cmd="\(Self.programs)/promstatsd -C {directory}/imapd.conf -d"
            }

            """
        let files = ["imapd.conf": settings, "cyrus.conf": services, "password": "any\n"]
        // Where the libraries are depends on the machine's architecture.
        let places = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/usr/lib").map { "\(Self.root)/usr/lib/\($0)" }
        let open: (String) throws -> Void = { directory in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
        }
        // At its end the master ends its process group, which must not be the tests'; and it refuses to work as root.
        return try RealService(
            "/usr/bin/setsid", package: "util-linux", files: files, environment: ["LD_LIBRARY_PATH": places.joined(separator: ":")],
            prepare: open
        ) { directory in
            let master = [
                "\(Self.programs)/master", "-C", "\(directory)/imapd.conf", "-M", "\(directory)/cyrus.conf", "-p", "\(directory)/pid",
            ]
            return geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + master : master
        }
    }

    private func signIn() throws {
        let address = ServiceAddress.internet(host: "\(LoopbackNetwork.prefix).14.80", port: 29143)
        let imap = try ServiceConnection(address, timeout: .seconds(10), clock: ContinuousClock())
        _ = try imap.line()
        for command in ["LOGIN joe any", "LIST \"\" *", "LOGOUT"] {
            try imap.send("a \(command)\r\n")
            while try !imap.line().hasPrefix("a ") {}
        }
    }
}

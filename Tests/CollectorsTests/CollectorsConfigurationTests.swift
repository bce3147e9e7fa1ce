import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Collectors

@Suite("The configuration of collectors")
struct CollectorsConfigurationTests {
    @Test("measures the host and the usual Postfix where nothing else is said")
    func defaults() throws {
        let here: (String) -> Bool = { $0 == "/var/spool/postfix/public" }
        let expected = CollectorsConfiguration(timeout: .seconds(5), host: .init(), postfix: [.init()])
        #expect(try read("collectors:", isPresent: here) == expected)
        #expect(CollectorsConfiguration.standard(isPresent: here) == expected)
        #expect(try read("collectors: {host: {}}", isPresent: { _ in false }).postfix == [])
        #expect(expected.postfix[0].socketPath == "/var/spool/postfix/public/showq")
    }

    @Test("reads everything that can be set")
    func everything() throws {
        let configuration = try read(
            """
            collectors:
              timeout: 2s
              host:
                mount_points: [/, /var/mail]
              postfix:
                - queue_directory: /var/spool/postfix/
                - queue_directory: /var/spool/postfix-out
                  labels: {postfix: outbound}
              redis:
                - {address: "cache-1:6380", username: watch, password_env: REDIS, labels: {use: sessions}}
                - address: /run/redis/redis.sock
              exim:
                - {spool_directory: /srv/exim/, daemon: false}
              dovecot_processes:
                - {base_dir: /srv/dovecot/, services: false}
            """)
        #expect(
            configuration
                == CollectorsConfiguration(
                    timeout: .seconds(2), host: .init(mountPoints: ["/", "/var/mail"]),
                    postfix: [.init(), .init(queueDirectory: "/var/spool/postfix-out", labels: ["postfix": "outbound"])],
                    services: [
                        RedisSettings(
                            address: .internet(host: "cache-1", port: 6380), username: "watch", password: .environment("REDIS"),
                            labels: ["use": "sessions"]),
                        RedisSettings(address: .local(path: "/run/redis/redis.sock")),
                        EximSettings(spoolDirectory: "/srv/exim", needsDaemon: false),
                        DovecotProcessesSettings(baseDirectory: "/srv/dovecot", countsServices: false),
                    ]))
    }

    @Test("turns host and Postfix off on request")
    func off() throws {
        #expect(
            try read("collectors: {host: {enabled: false}, postfix: []}", isPresent: { _ in true })
                == CollectorsConfiguration(host: nil, postfix: []))
    }

    @Test(
        "finds each fault",
        arguments: [
            ("collectors: {timeout: 1ms}", "collectors.timeout", "\"1ms\""),
            ("collectors: {hots: {}}", "collectors.hots", "an unknown key"),
            ("collectors: {host: {mount_points: [var]}}", "collectors.host.mount_points", "\"var\""),
            ("collectors: {postfix: [{queue_directory: spool}]}", "collectors.postfix[0].queue_directory", "\"spool\""),
            ("collectors: {postfix: [{}, {}]}", "collectors.postfix", "the same queue_directory twice"),
            ("collectors: {postfix: [{}, {queue_directory: /b}]}", "collectors.postfix", "instances whose series nothing tells apart"),
            (
                "collectors: {postfix: [{labels: {queue: x}}]}", "collectors.postfix[0].labels",
                "the label queue, which the series have already"
            ),
            ("collectors: {redis: [{address: 'a:b'}]}", "collectors.redis[0].address", "\"a:b\""),
            ("collectors: {redis: [{password: x}]}", "collectors.redis[0].password", "a secret in the configuration"),
            ("collectors: {redis: [{username: x}]}", "collectors.redis[0].username", "a user without a password"),
            ("collectors: {redis: [{}, {}]}", "collectors.redis", "the same instance twice"),
            ("collectors: {redis: [{}, {address: a}]}", "collectors.redis", "instances whose series nothing tells apart"),
            ("collectors: {redis: [{labels: {db: x}}]}", "collectors.redis[0].labels", "the label db, which the series have already"),
            ("collectors: {exim: [{spool_directory: spool}]}", "collectors.exim[0].spool_directory", "\"spool\""),
            ("collectors: {exim: [{}, {spool_directory: /var/spool/exim4/}]}", "collectors.exim", "the same instance twice"),
            ("collectors: {exim: [{labels: {state: x}}]}", "collectors.exim[0].labels", "the label state, which the series have already"),
            ("collectors: {dovecot_processes: [{base_dir: run}]}", "collectors.dovecot_processes[0].base_dir", "\"run\""),
            ("collectors: {postfix: [{labels: {9x: x}}]}", "collectors.postfix[0].labels", "the label \"9x\""),
        ])
    func faults(yaml: String, path: String, found: String) {
        do {
            _ = try read(yaml)
            Issue.record("no fault was found")
        } catch {
            #expect(error.faults.map(\.path) == [path])
            #expect(error.faults.map(\.found) == [found])
        }
    }

    private func read(
        _ yaml: String, isPresent: (String) -> Bool = { _ in false }
    ) throws(ConfigurationFaults) -> CollectorsConfiguration {
        let node = try ConfigurationFile.parse(yaml, file: "agent.yml")
        return try ConfigurationSection.read(node, file: "agent.yml") { file in
            file.section("collectors") { CollectorsConfiguration($0, isPresent: isPresent) } ?? .standard(isPresent: isPresent)
        }
    }
}

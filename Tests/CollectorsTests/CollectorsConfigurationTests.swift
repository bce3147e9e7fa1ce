import MailClient
import MailIdentity
import MailWire
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
              processes:
                - {name: postfix, match: {pid_file: /run/master.pid}}
                - {name: mail, match: {comm: [imap, lmtp], exe: [/usr/lib/dovecot/], unit: [dovecot.service]}}
              redis:
                - {address: "cache-1:6380", username: watch, password_env: REDIS, labels: {use: sessions}}
                - address: /run/redis/redis.sock
              postgresql:
                - {address: /run/postgresql, username: watch, password_env: PG, database: mail, sslmode: verify-full, sslrootcert: /ca.pem}
              mysql:
                - {address: "db-1", username: watch, password_file: /secret, tls_config: {ca_file: /ca.pem}}
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
                    processes: [
                        .init(name: "postfix", match: .init(pidFile: "/run/master.pid")),
                        .init(
                            name: "mail",
                            match: .init(commands: ["imap", "lmtp"], executables: ["/usr/lib/dovecot/"], units: ["dovecot.service"])),
                    ],
                    services: [
                        RedisSettings(
                            address: .internet(host: "cache-1", port: 6380), username: "watch", password: .environment("REDIS"),
                            labels: ["use": "sessions"]),
                        RedisSettings(address: .local(path: "/run/redis/redis.sock")),
                        EximSettings(spoolDirectory: "/srv/exim", needsDaemon: false),
                        PostgreSQLSettings(
                            address: .local(path: "/run/postgresql"), username: "watch", password: .environment("PG"), database: "mail",
                            sslMode: .verifyFull, authorityFile: "/ca.pem"),
                        MySQLSettings(
                            address: .internet(host: "db-1", port: 3306), username: "watch", password: .file("/secret"),
                            tls: .init(authorityFile: "/ca.pem")),
                        DovecotProcessesSettings(baseDirectory: "/srv/dovecot", countsServices: false),
                    ]))
    }

    @Test("reads services that have a page in Prometheus' format")
    func pages() throws {
        let configuration = try read(
            """
            collectors:
              rspamd:
                - {password_env: RSPAMD, labels: {use: inbound}}
                - {url: "http+unix://%2Frun%2Frspamd.sock/metrics"}
              dovecot: [{}]
              cyrus: [{url: "http://127.0.0.1:8008/metrics", username: admin, password_env: CYRUS}]
            """)
        let expected: [any ServiceSettings] = [
            RspamdSettings(url: "http://127.0.0.1:11334/metrics", password: .environment("RSPAMD"), labels: ["use": "inbound"]),
            RspamdSettings(url: "http+unix://%2Frun%2Frspamd.sock/metrics"),
            DovecotSettings(url: "http://127.0.0.1:9900/metrics"),
            CyrusSettings(url: "http://127.0.0.1:8008/metrics", username: "admin", password: .environment("CYRUS")),
        ]
        #expect(configuration == CollectorsConfiguration(services: expected))
    }

    @Test("reads surveys, which their own labels tell apart")
    func surveys() throws {
        let configuration = try read(
            """
            collectors:
              certificates:
                - {address: "mx1.example.test:25", server_name: mail.example.test, ca_file: ca.pem, every: 1h, timeout: 3s}
                - address: imap.example.test:993
              resolvers:
                - address: "[2001:db8::53]:5353"
                  queries: [{name: example.test, type: mx, expect: [10 mx1.example.test]}]
              mail_identity:
                - {domain: Example.TEST., selectors: [s1, s1], outbound_addresses: [198.51.100.1], subjects: [mx, mta_sts]}
                - domain: example.net
              dnsbl:
                - {addresses: [198.51.100.1], lists: [zen.test], resolver: 192.0.2.53}
                - {addresses: [198.51.100.1], lists: [zen.test, bl.test], labels: {dnsbl: second}}
                - {addresses: [198.51.100.1], lists: [bl.test]}
            """)
        let hour = SurveyPace(every: .seconds(3600), timeout: .seconds(3))
        let address = try #require(InternetAddress("198.51.100.1"))
        #expect(
            configuration.services.map { AnyHashable($0) } == [
                CertificateSettings(
                    address: Endpoint(host: "mx1.example.test", port: 25), mailProtocol: .smtp, serverName: "mail.example.test",
                    caFile: "ca.pem", pace: hour),
                CertificateSettings(address: Endpoint(host: "imap.example.test", port: 993), mailProtocol: .tls),
                ResolverSettings(
                    address: Endpoint(host: "2001:db8::53", port: 5353),
                    queries: [.init(name: "example.test", type: .mx, expected: ["10 mx1.example.test"])]),
                MailIdentitySettings(
                    identity: MailIdentity(
                        domain: "example.test", selectors: ["s1"], outboundAddresses: [address], subjects: [.mx, .mtaSTS])),
                MailIdentitySettings(identity: MailIdentity(domain: "example.net", selectors: [], outboundAddresses: [])),
                BlocklistSettings(addresses: [address], lists: ["zen.test"], resolver: Endpoint(host: "192.0.2.53", port: 53)),
                BlocklistSettings(addresses: [address], lists: ["zen.test", "bl.test"], labels: ["dnsbl": "second"]),
                BlocklistSettings(addresses: [address], lists: ["bl.test"]),
            ] as [AnyHashable])
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
            ("collectors: {bind: [{}]}", "collectors.bind[0].url", "nothing"),
            ("collectors: {bind: [{url: 127.0.0.1:8053}]}", "collectors.bind[0].url", "\"127.0.0.1:8053\""),
            ("collectors: {knot: [{address: 127.0.0.1}]}", "collectors.knot[0].address", "\"127.0.0.1:53\""),
            ("collectors: {knot: [{zones: -1}]}", "collectors.knot[0].zones", "\"-1\""),
            ("collectors: {knot: [{labels: {zone: x}}]}", "collectors.knot[0].labels", "the label zone, which the series have already"),
            ("collectors: {dovecot: [{url: '127.0.0.1:9900'}]}", "collectors.dovecot[0].url", "\"127.0.0.1:9900\""),
            ("collectors: {rspamd: [{url: 'http://'}]}", "collectors.rspamd[0].url", "\"http://\""),
            ("collectors: {nginx: [{url: 'http:///status'}]}", "collectors.nginx[0].url", "\"http:///status\""),
            ("collectors: {nginx: [{url: 'http+unix://a b/'}]}", "collectors.nginx[0].url", "\"http+unix://a b/\""),
            ("collectors: {bind: [{url: 'http+unix://%2Frun/'}]}", "collectors.bind[0].url", "\"http+unix://%2Frun/\""),
            ("collectors: {mail_identity: [{domain: a.test, mta_sts_url: x}]}", "collectors.mail_identity[0].mta_sts_url", "\"x\""),
            ("collectors: {rspamd: [{password: x}]}", "collectors.rspamd[0].password", "a secret in the configuration"),
            ("collectors: {dovecot: [{}, {}]}", "collectors.dovecot", "the same instance twice"),
            ("collectors: {cyrus: [{username: x}]}", "collectors.cyrus[0].username", "a user without a password"),
            ("collectors: {cyrus: [{password_env: X}]}", "collectors.cyrus[0].username", "a password without a user"),
            ("collectors: {processes: [{match: {comm: [a]}}]}", "collectors.processes[0].name", "nothing"),
            ("collectors: {processes: [{name: a}]}", "collectors.processes[0].match", "nothing"),
            ("collectors: {processes: [{name: a, match: {}}]}", "collectors.processes[0].match.comm", "nothing"),
            ("collectors: {processes: [{name: a, match: {exe: [b]}}]}", "collectors.processes[0].match.exe", "\"b\""),
            ("collectors: {processes: [{name: a, match: {pid_file: b}}]}", "collectors.processes[0].match.pid_file", "\"b\""),
            (
                "collectors: {processes: [{name: a, match: {comm: [b]}}, {name: a, match: {comm: [c]}}]}", "collectors.processes",
                "the same name twice"
            ),
            ("collectors: {postgresql: [{sslmode: maybe}]}", "collectors.postgresql[0].sslmode", "\"maybe\""),
            ("collectors: {postgresql: [{address: a}, {}]}", "collectors.postgresql", "instances whose series nothing tells apart"),
            ("collectors: {mysql: [{tls_config: {cafile: x}}]}", "collectors.mysql[0].tls_config.cafile", "an unknown key"),
            ("collectors: {mysql: [{labels: {state: x}}]}", "collectors.mysql[0].labels", "the label state, which the series have already"),
            ("collectors: {exim: [{spool_directory: spool}]}", "collectors.exim[0].spool_directory", "\"spool\""),
            ("collectors: {exim: [{}, {spool_directory: /var/spool/exim4/}]}", "collectors.exim", "the same instance twice"),
            ("collectors: {exim: [{labels: {state: x}}]}", "collectors.exim[0].labels", "the label state, which the series have already"),
            ("collectors: {dovecot_processes: [{base_dir: run}]}", "collectors.dovecot_processes[0].base_dir", "\"run\""),
            ("collectors: {certificates: [{}]}", "collectors.certificates[0].address", "nothing"),
            ("collectors: {certificates: [{address: a, protocol: ftp}]}", "collectors.certificates[0].protocol", "\"ftp\""),
            ("collectors: {resolvers: [{address: ns1, queries: [{name: a}]}]}", "collectors.resolvers[0].address", "\"ns1\""),
            ("collectors: {resolvers: [{address: 192.0.2.53}]}", "collectors.resolvers[0].queries", "nothing to ask"),
            (
                "collectors: {resolvers: [{address: 192.0.2.53, queries: [{name: a, type: HINFO}]}]}",
                "collectors.resolvers[0].queries[0].type", "\"HINFO\""
            ),
            (
                "collectors: {mail_identity: [{domain: a.test, outbound_addresses: [b]}]}",
                "collectors.mail_identity[0].outbound_addresses", "\"b\""
            ),
            ("collectors: {mail_identity: [{domain: a.test, subjects: [x]}]}", "collectors.mail_identity[0].subjects", "\"x\""),
            ("collectors: {mail_identity: [{domain: a.test, every: 1ms}]}", "collectors.mail_identity[0].every", "\"1ms\""),
            ("collectors: {mail_identity: [{domain: .}]}", "collectors.mail_identity[0].domain", "\"\", which is no name"),
            ("collectors: {mail_identity: [{domain: ..}]}", "collectors.mail_identity[0].domain", "\".\", which is no name"),
            ("collectors: {mail_identity: [{domain: a..test}]}", "collectors.mail_identity[0].domain", "\"a..test\", which is no name"),
            (
                "collectors: {mail_identity: [{domain: a.test, selectors: [.s1]}]}", "collectors.mail_identity[0].selectors",
                "\".s1\", which is no name"
            ),
            (
                "collectors: {dnsbl: [{addresses: [192.0.2.1], lists: [a.test, ..]}]}", "collectors.dnsbl[0].lists",
                "\".\", which is no name"
            ),
            (
                "collectors: {dnsbl: [{addresses: [192.0.2.1], lists: [a.test]}, {addresses: [192.0.2.2, 192.0.2.1], lists: [b.test, a.test]}]}",
                "collectors.dnsbl", "instances whose series nothing tells apart"
            ),
            ("collectors: {dnsbl: [{lists: [a.test]}]}", "collectors.dnsbl[0].addresses", "no address"),
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

    @Test(
        "refuses a password in the address of a page, and does not repeat it",
        arguments: [
            ("dovecot: [{url: 'http://ann:hidden@127.0.0.1:9900/metrics'}]", "collectors.dovecot[0].url", "the address alone"),
            ("rspamd: [{url: 'http://:hidden@127.0.0.1/metrics'}]", "collectors.rspamd[0].url", "password_file or password_env"),
            ("cyrus: [{url: 'https://ann:hidden@127.0.0.1/metrics'}]", "collectors.cyrus[0].url", "username and password_file"),
            ("nginx: [{url: 'ftp://ann:hidden@127.0.0.1/'}]", "collectors.nginx[0].url", "http://127.0.0.1/nginx_status"),
            ("bind: [{url: 'http://ann:hid/den@127.0.0.1:8053'}]", "collectors.bind[0].url", "http://127.0.0.1:8053"),
            (
                "mail_identity: [{domain: a.test, mta_sts_url: 'https://ann:hidden@mta-sts.a.test/'}]",
                "collectors.mail_identity[0].mta_sts_url", "the address alone"
            ),
        ])
    func passwords(yaml: String, path: String, remedy: String) {
        let found = #expect(throws: ConfigurationFaults.self) { try read("collectors: {\(yaml)}") }
        #expect(found?.faults.map(\.path) == [path])
        #expect(found?.faults.map(\.found) == ["a user or a password in the URL"])
        #expect(found?.faults.first?.write.contains(remedy) == true)
        #expect(found.map { "\($0)".contains("hid") } == false)
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

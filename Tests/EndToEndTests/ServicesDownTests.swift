import Foundation
import Testing

/// The services of a mail platform, each real, each measured by an agent of its own.
@Suite("Services that stop", .serialized, .timeLimit(.minutes(6)))
struct ServicesDownTests {
    /// A node, the figure that says whether its service answers, the alert, and what the agent's log says.
    struct Service {
        let node: String
        let figure: String
        let alert: String
        let words: String
        /// What was measured all the same, although the service is down, is no failure.
        var event = "A collector failed"
    }

    private static let services = [
        Service(node: "cache-1", figure: "redis_up", alert: "RedisDown", words: "nobody listens; the service is not running"),
        Service(node: "database-1", figure: "pg_up", alert: "PostgresDown", words: "takes no connection"),
        Service(node: "filter-1", figure: "rspamd_up", alert: "RspamdDown", words: "nobody listens; the service is not running"),
        Service(node: "webmail-1", figure: "nginx_up", alert: "NginxDown", words: "nobody listens; the service is not running"),
        Service(node: "balancer-1", figure: "haproxy_up", alert: "HaproxyDown", words: "takes no connection"),
        Service(node: "mailstore-1", figure: "dovecot_up", alert: "DovecotDown", words: "nobody listens; the service is not running"),
        Service(node: "mx-2", figure: "postfix_up", alert: "PostfixDown", words: "nobody listens; Postfix is not running"),
        Service(node: "dns-1", figure: "unbound_up", alert: "UnboundDown", words: "takes no connection"),
        Service(
            node: "router-1", figure: "exim_up", alert: "EximDown", words: "no daemon of Exim works in",
            event: "Something is not as it should be"),
        Service(node: "archive-1", figure: "cyrus_up", alert: "CyrusDown", words: "nobody listens; the service is not running"),
        Service(node: "resolver-1", figure: "bind_up", alert: "BindDown", words: "nobody listens; the service is not running"),
        Service(node: "zones-1", figure: "knot_up", alert: "KnotDown", words: "takes no connection"),
        Service(node: "sessions-1", figure: "memcached_up", alert: "MemcachedDown", words: "nobody listens; the service is not running"),
        Service(node: "accounts-1", figure: "mysql_up", alert: "MysqlDown", words: "nobody listens; the service is not running"),
        Service(node: "scanner-1", figure: "clamav_up", alert: "ClamavDown", words: "takes no connection"),
    ]

    @Test("each is told by its figure, by an event that names the node, and in words by its agent; and is well again when it is back")
    func downAndUp() async throws {
        try await WatchedPlatform.run(network: "127.93", options: ["--more"]) { platform in
            for service in Self.services {
                try await platform.wait(60, for: "\(service.figure) 1 on \(service.node)") { try await platform.value(of: service) == 1 }
            }
            for service in Self.services { try platform.fault("stop", service.node) }
            for service in Self.services {
                try await platform.wait(30, for: "\(service.figure) 0 on \(service.node)") { try await platform.value(of: service) == 0 }
                try await platform.wait(120, for: "\(service.alert) on \(service.node)") {
                    try await platform.query("ALERTS{alertname=\"\(service.alert)\",alertstate=\"firing\"}", by: "instance")[service.node]
                        == 1
                }
                let log = platform.log(ofAgent: service.node)
                #expect(log.contains(service.event) && log.contains(service.words), "\(service.node): \(log.suffix(600))")
            }
            let incidents = try #require(await platform.get("/api/v1/incidents"))
            for service in Self.services { #expect(incidents.contains(service.node), "\(service.node) is in no incident") }
            for service in Self.services { try platform.fault("lift", service.node) }
            for service in Self.services {
                try await platform.wait(60, for: "\(service.figure) 1 again on \(service.node)") {
                    try await platform.value(of: service) == 1
                }
                try await platform.wait(120, for: "the end of \(service.alert) on \(service.node)") {
                    try await platform.query("ALERTS{alertname=\"\(service.alert)\",alertstate=\"firing\"}", by: "instance")[service.node]
                        == nil
                }
            }
        }
    }
}

extension WatchedPlatform {
    fileprivate func value(of service: ServicesDownTests.Service) async throws -> Double? {
        try await query(service.figure, by: "instance")[service.node]
    }
}

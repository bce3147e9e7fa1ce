import Journeys
import MailClient
import PostwatchModel

/// How each node of a component is tested by itself: `check` of a component. A short journey to one node, without an account, that
/// tells a broken node from a broken way to it.
struct NodeCheck: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Connect, greeting, capabilities, logout.
        case imap
        /// Connect, greeting, EHLO, quit.
        case smtp
        /// One question, which the node must answer.
        case dns
    }

    let kind: Kind
    let port: Int
    let tls: TLSMode
    let tlsSettings: TLSSettings
    /// What a `dns` check asks for.
    let name: String
    /// Default: 30 s.
    let interval: Duration
    /// Default: 10 s.
    let timeout: Duration

    init?(_ section: ConfigurationSection) {
        let kind = section.choice("kind", of: Kind.self)
        if !section.has("kind") {
            section.report("kind", found: "nothing", write: "one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        tls = section.tlsMode(default: .none)
        tlsSettings = section.tlsSettings()
        port = section.integer("port", default: (kind ?? .smtp).usualPort(tls: tls), in: 1...65_535)
        name = kind == .dns ? section.requiredText("name", like: "example.net") : ""
        interval = section.duration("interval", default: .seconds(30), atLeast: .seconds(1))
        timeout = section.duration("timeout", default: .seconds(10), atLeast: .milliseconds(100))
        guard let kind else { return nil }
        self.kind = kind
    }

    /// The name of the journey that tests a node.
    static func journeyName(ofNode node: String) -> String { "check-\(node)" }

    /// The journey that tests one node.
    func journey(to node: Topology.Node) -> JourneyConfiguration {
        let server = Endpoint(host: node.address, port: port)
        return JourneyConfiguration(
            name: Self.journeyName(ofNode: node.name), task: task(for: server), interval: interval, timeout: timeout, path: [node.name])
    }

    // MARK: - Private

    private func task(for server: Endpoint) -> any JourneyTask {
        switch kind {
        case .imap: IMAPTask(IMAPAccess(server: server, tls: tls, tlsSettings: tlsSettings))
        case .smtp: SMTPTask(SMTPAccess(server: server, tls: tls, tlsSettings: tlsSettings))
        case .dns: DNSTask(DNSAccess(server: server, name: name))
        }
    }
}

extension NodeCheck.Kind {
    fileprivate func usualPort(tls: TLSMode) -> Int {
        switch self {
        case .imap: tls == .implicit ? 993 : 143
        case .smtp: tls == .implicit ? 465 : 25
        case .dns: 53
        }
    }
}

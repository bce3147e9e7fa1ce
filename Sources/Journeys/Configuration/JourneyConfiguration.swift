import MailClient
import PostwatchModel
import PostwatchRuntime

/// What a journey does, how often, and how long it may take.
public struct JourneyConfiguration: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Sign in, look into a folder, read. Without an account: greeting and capabilities of a node.
        case imap
        /// Greeting, EHLO and encryption of a node.
        case smtp
        /// A message from outside into a mailbox.
        case inbound
        /// A question to one name server.
        case dns

        var defaultTimeout: Duration {
            switch self {
            case .imap, .smtp, .dns: .seconds(10)
            case .inbound: .seconds(60)
            }
        }
    }

    /// Lowercase letters, digits and dashes; the `journey` label.
    public var name: String
    public var kind: Kind
    /// Time between two starts. Default: 60 s.
    public var interval: Duration
    /// When a run is given up. Default: 10 s, for `inbound` 60 s.
    public var timeout: Duration
    /// Names of the nodes that the journey passes through.
    public var path: [String]
    /// The name server to ask; the system's when `nil`.
    public var resolver: Endpoint?
    /// Needed by `imap`, and with an account by `inbound`.
    public var imap: IMAPAccess?
    /// Needed by `smtp` with a server, and by `inbound` with sender and recipient.
    public var smtp: SMTPAccess?
    /// Needed by `dns`.
    public var dns: DNSAccess?
    /// A message that takes longer counts as late. Default: 30 s.
    public var lateAfter: Duration
    /// A message that takes longer counts as lost. Default: 15 min.
    public var lostAfter: Duration

    public init(
        name: String, kind: Kind, interval: Duration = .seconds(60), timeout: Duration? = nil, path: [String] = [],
        resolver: Endpoint? = nil, imap: IMAPAccess? = nil, smtp: SMTPAccess? = nil, dns: DNSAccess? = nil,
        lateAfter: Duration = .seconds(30),
        lostAfter: Duration = .seconds(900)
    ) {
        self.name = name
        self.kind = kind
        self.interval = interval
        self.timeout = timeout ?? kind.defaultTimeout
        self.path = path
        self.resolver = resolver
        self.imap = imap
        self.smtp = smtp
        self.dns = dns
        self.lateAfter = lateAfter
        self.lostAfter = lostAfter
    }

    /// What hinders the journey from running, beyond the form of single values; each with the key that is to blame.
    /// Empty when it can run.
    public var faults: [(key: String, found: String, write: String)] {
        var faults: [(key: String, found: String, write: String)] = []
        if !Self.isValidName(name) {
            faults.append(("name", "\"\(name)\"", "lowercase letters, digits and dashes such as imap-customer-1"))
        }
        switch kind {
        case .imap:
            if imap == nil { faults.append(("imap", "nothing", "the imap section that says which server to ask")) }
        case .smtp:
            if smtp?.server == nil { faults.append(("smtp", "no server", "an smtp section with a server such as mx-1.example.test:25")) }
        case .dns:
            if dns == nil { faults.append(("dns", "nothing", "a dns section with server and name")) }
        case .inbound:
            if imap?.account == nil { faults.append(("imap", "no account", "an imap section with username and password_file")) }
            if !Self.isAddress(smtp?.to) {
                faults.append(("smtp", "no recipient", "an smtp section with to: probe@example.test"))
            }
            if lostAfter < timeout { faults.append(("lost_after", lostAfter.prometheusText, "a duration not below timeout")) }
            if lostAfter < lateAfter { faults.append(("lost_after", lostAfter.prometheusText, "a duration not below late_after")) }
        }
        return faults
    }

    // MARK: - Private

    private static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    static func isAddress(_ text: String?) -> Bool {
        guard let text, let at = text.lastIndex(of: "@") else { return false }
        let domain = text[text.index(after: at)...]
        return at != text.startIndex && !domain.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 60 && $0 != 62 }
    }
}

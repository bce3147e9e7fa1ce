/// The programs of Postfix that write lines. Source: Postfix, master(5) and the manual pages of section 8.
enum PostfixDaemon: UInt8, LabelValue {
    case smtpd, cleanup, qmgr, smtp, lmtp, local, virtual, pipe, error, retry, discard, bounce, pickup, postscreen, dnsblog, tlsproxy
    case anvil, scache, verify, rewrite, master, postsuper, other

    var label: String { self == .rewrite ? "trivial-rewrite" : "\(self)" }

    /// The daemon of a tag's last part; `nil` when it is no program of Postfix that is known by name.
    init?(name: LogBytes) {
        if let known = Self.allCases.first(where: { $0 != .other && Array($0.label.utf8).elementsEqual(name.bytes) }) {
            self = known
        } else if Self.aliases.contains(where: { Array($0.name.utf8).elementsEqual(name.bytes) }) {
            self = Self.aliases.first { Array($0.name.utf8).elementsEqual(name.bytes) }?.daemon ?? .other
        } else {
            return nil
        }
    }

    // MARK: - Private

    /// Other names of the same programs, and programs that say little.
    private static let aliases: [(name: String, daemon: PostfixDaemon)] =
        [
            ("submission", .smtpd), ("smtps", .smtpd), ("submissions", .smtpd), ("relay", .smtp), ("nqmgr", .qmgr), ("oqmgr", .qmgr),
            ("defer", .bounce), ("trace", .bounce), ("rewrite", .rewrite),
        ]
        + [
            "proxymap", "proxywrite", "tlsmgr", "flush", "showq", "spawn", "qmqpd", "postdrop", "sendmail", "postqueue", "postfix-script",
            "postlogd", "postlog", "postmap", "postalias", "postkick", "postmulti", "postfix", "tlsmgr", "smtp-sink", "dnssd", "script",
        ].map { ($0, .other) }
}

import PostwatchModel

/// One log that mail servers write, an entry of `collectors.mail_logs`:
///
/// ```yaml
/// mail_logs:
///   - path: /var/log/mail.log
///     from: end                       # or start: also what the file says already
///     labels: {mail_log: outbound}    # where there are several logs
///   - journal: system
///   - syslog: {address: 127.0.0.1:5514}
/// ```
///
/// The agent's user must be allowed to read it; on Debian that is a member of the group `adm`.
public struct MailLogSettings: Hashable, Sendable {
    /// Where the first look at a log begins. Later ones go on where the last ended.
    public enum Beginning: String, CaseIterable, Hashable, Sendable {
        case start, end
    }

    /// What the lines come from.
    public enum Origin: Hashable, Sendable {
        /// A file, by its absolute path.
        case file(path: String)
        case journal(JournalSettings)
        case syslog(SyslogSettings)
    }

    public var origin: Origin
    /// Means nothing for syslog. Default: `end`.
    public var from: Beginning
    /// Laid over the series of this log; where there are several, they must tell them apart. Default: none.
    public var labels: LabelSet

    public init(origin: Origin, from: Beginning = .end, labels: LabelSet = [:]) {
        self.origin = origin
        self.from = from
        self.labels = labels
    }

    /// A file.
    /// - Parameter path: absolute.
    public init(path: String, from: Beginning = .end, labels: LabelSet = [:]) {
        self.init(origin: .file(path: path), from: from, labels: labels)
    }

    /// What the log is called, in the label `path` among others: `/var/log/mail.log`, `journal`, `syslog:127.0.0.1:5514`.
    public var place: String {
        switch origin {
        case .file(let path): path
        case .journal(let journal): journal.place
        case .syslog(let syslog): syslog.place
        }
    }

    var isJournal: Bool {
        guard case .journal = origin else { return false }
        return true
    }

    /// Reads one entry; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        origin = Self.readOrigin(section)
        from = section.choice("from", of: Beginning.self) ?? .end
        if case .syslog = origin, section.has("from") {
            section.report(
                "from", found: "a beginning of what cannot be read again", write: "nothing: syslog tells what is sent from now on")
        }
        labels = ServiceLabels.read(section, kind: "mail_log", taken: Self.taken)
    }

    // MARK: - Private

    private static let example = "/var/log/mail.log"
    /// Labels that the series of a mail log have of their own.
    private static let taken: Set<String> = [
        "action", "after_stage", "attempt", "class", "code", "command", "error", "event", "level", "method", "outcome", "part", "path",
        "program", "protocol", "reason", "relay", "result", "sasl_method", "service", "stage", "state", "status", "trust",
    ]

    private static func readOrigin(_ section: ConfigurationSection) -> Origin {
        let given = ["path", "journal", "syslog"].filter { section.has($0) }
        if given.count > 1 {
            section.report(given[1], found: given.joined(separator: " and "), write: "one of them, and the other as an entry of its own")
        }
        switch given.first {
        case "journal": return .journal(JournalSettings(section))
        case "syslog": return .syslog(section.section("syslog") { SyslogSettings($0) } ?? SyslogSettings())
        default:
            if given.isEmpty {
                section.report("path", found: "nothing", write: "path: \(example), journal: system, or syslog: {address: 127.0.0.1:5514}")
                return .file(path: "")
            }
            let path = section.requiredText("path", like: example)
            if !path.isEmpty && !path.hasPrefix("/") {
                section.report("path", found: "\"\(path)\"", write: "an absolute path such as \(example)")
            }
            return .file(path: path)
        }
    }
}

import PostwatchModel

/// One log that mail servers write, an entry of `collectors.mail_logs`:
///
/// ```yaml
/// mail_logs:
///   - path: /var/log/mail.log
///     from: end                       # or start: also what the file says already
///     labels: {mail_log: outbound}    # where there are several logs
/// ```
///
/// The agent's user must be allowed to read it; on Debian that is a member of the group `adm`.
public struct MailLogSettings: Hashable, Sendable {
    /// Where the first look at a file begins. Later ones go on where the last ended.
    public enum Beginning: String, CaseIterable, Hashable, Sendable {
        case start, end
    }

    /// Absolute.
    public var path: String
    /// Default: `end`.
    public var from: Beginning
    /// Laid over the series of this log; where there are several, they must tell them apart. Default: none.
    public var labels: LabelSet

    public init(path: String, from: Beginning = .end, labels: LabelSet = [:]) {
        self.path = path
        self.from = from
        self.labels = labels
    }

    /// Reads one entry; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        path = section.requiredText("path", like: Self.example)
        if !path.isEmpty && !path.hasPrefix("/") {
            section.report("path", found: "\"\(path)\"", write: "an absolute path such as \(Self.example)")
        }
        from = section.choice("from", of: Beginning.self) ?? .end
        labels = ServiceLabels.read(section, kind: "mail_log", taken: Self.taken)
    }

    // MARK: - Private

    private static let example = "/var/log/mail.log"
    /// Labels that the series of a mail log have of their own.
    private static let taken: Set<String> = [
        "action", "after_stage", "attempt", "class", "code", "command", "error", "event", "level", "method", "outcome", "part", "path",
        "program", "protocol", "reason", "relay", "result", "sasl_method", "service", "stage", "state", "status", "trust",
    ]
}

import PostwatchModel

/// The journal of systemd as a mail log, the key `journal` of an entry of `collectors.mail_logs`:
///
/// ```yaml
/// journal: system                             # that of this machine
/// journal:
///   directory: /var/log/journal/remote        # or what systemd-journal-remote writes
///   units: [postfix@-.service]                # or rather than all of the facility mail
///   identifiers: [postfix/smtpd, dovecot]
/// ```
///
/// The agent's user must be allowed to read it: a member of the group `systemd-journal`.
public struct JournalSettings: Hashable, Sendable {
    /// Absolute; `nil`: the journal of this machine. Default: `nil`.
    public var directory: String?
    /// Only entries of these units, and those of `identifiers`. Default, where there are no identifiers either: all of the facility mail,
    /// and all of Dovecot and Exim whatever their facility.
    public var units: [String]
    /// Only entries under these names of programs, which are compared whole, and those of `units`. Default: see there.
    public var identifiers: [String]

    public init(directory: String? = nil, units: [String] = [], identifiers: [String] = []) {
        self.directory = directory
        self.units = units
        self.identifiers = identifiers
    }

    /// `journal`, or its directory.
    public var place: String { directory ?? "journal" }

    /// What entries must have one of, as the journal writes its fields.
    var matches: [String] {
        if units.isEmpty && identifiers.isEmpty {
            return ["SYSLOG_FACILITY=2"] + ["dovecot", "exim", "exim4"].map { "SYSLOG_IDENTIFIER=\($0)" }
        }
        return units.map { "_SYSTEMD_UNIT=\($0)" } + identifiers.map { "SYSLOG_IDENTIFIER=\($0)" }
    }

    /// Reads the key `journal`; notes all that is wrong with it there.
    init(_ entry: ConfigurationSection) {
        self.init()
        guard entry.hasSection("journal") else {
            if let text = entry.text("journal"), text != "system" {
                entry.report("journal", found: "\"\(text)\"", write: "system, or {directory: \(Self.example)}")
            }
            return
        }
        self = entry.section("journal") { JournalSettings(content: $0) } ?? self
    }

    // MARK: - Private

    private static let example = "/var/log/journal"

    private init(content section: ConfigurationSection) {
        var directory = section.text("directory")
        if let path = directory, !path.hasPrefix("/") {
            section.report("directory", found: "\"\(path)\"", write: "an absolute path such as \(Self.example)")
        }
        while let path = directory, path.count > 1, path.hasSuffix("/") { directory = String(path.dropLast()) }
        self.init(directory: directory, units: section.texts("units"), identifiers: section.texts("identifiers"))
        for (key, texts) in [("units", units), ("identifiers", identifiers)] where texts.contains(where: \.isEmpty) {
            section.report(key, found: "an empty text", write: "names as journalctl shows them")
        }
    }
}

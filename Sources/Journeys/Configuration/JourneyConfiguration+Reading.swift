import MailClient
import PostwatchModel
import PostwatchRuntime

extension JourneyConfiguration {
    /// Reads the list `journeys` of a file; every fault is noted in the section. Names must be unique.
    public static func readAll(_ section: ConfigurationSection) -> [JourneyConfiguration] {
        var names: Set<String> = []
        return section.sections("journeys") { journey in
            let configuration = JourneyConfiguration(reading: journey)
            if let configuration, !names.insert(configuration.name).inserted {
                journey.report("name", found: "a second journey named \(configuration.name)", write: "a name that no other journey has")
            }
            return configuration
        }
    }

    /// Reads one journey; `nil` when it has no kind, since nothing else could be judged then.
    public init?(reading section: ConfigurationSection) {
        let name = section.requiredText("name", like: "imap-customer-1")
        let kind = section.choice("kind", of: Kind.self)
        if !section.has("kind") {
            section.report("kind", found: "nothing", write: "one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let interval = section.duration("interval", default: .seconds(60), atLeast: .seconds(1))
        let timeout = section.duration("timeout", default: (kind ?? .imap).defaultTimeout, atLeast: .milliseconds(100))
        let lateAfter = section.duration("late_after", default: .seconds(30), atLeast: .milliseconds(1))
        let lostAfter = section.duration("lost_after", default: .seconds(900), atLeast: .seconds(1))
        let path = section.texts("path")
        let resolver = Self.endpoint("resolver", of: section, defaultPort: 53, like: "192.0.2.53:53")
        let hasIMAP = section.has("imap")
        let hasSMTP = section.has("smtp")
        let imap = section.section("imap", IMAPAccess.init(reading:))
        let smtp = section.section("smtp") { SMTPAccess(reading: $0) }
        let hasDNS = section.has("dns")
        let dns = section.section("dns", DNSAccess.init(reading:)) ?? nil
        guard let kind else { return nil }
        self.init(
            name: name, kind: kind, interval: interval, timeout: timeout, path: path, resolver: resolver, imap: imap ?? nil, smtp: smtp,
            dns: dns, lateAfter: lateAfter, lostAfter: lostAfter)
        var unreadable: Set<String> = []
        if hasIMAP && self.imap == nil { unreadable.insert("imap") }
        if hasDNS && dns == nil { unreadable.insert("dns") }
        reportFaults(to: section, unreadable: unreadable)
        if kind != .inbound {
            for key in ["late_after", "lost_after"] where section.has(key) {
                section.report(key, found: "a setting of inbound journeys", write: "nothing here")
            }
        }
        let superfluous =
            [("imap", hasIMAP, [.imap, .inbound]), ("smtp", hasSMTP, [.smtp, .inbound]), ("dns", hasDNS, [.dns])]
            as [(String, Bool, [Kind])]
        for (key, isThere, kinds) in superfluous where isThere && !kinds.contains(kind) {
            section.report(key, found: "a section of other kinds", write: "nothing here")
        }
    }

    // MARK: - Private

    /// A section that could not be read has been reported already, as has a missing name.
    private func reportFaults(to section: ConfigurationSection, unreadable: Set<String>) {
        for fault in faults {
            if unreadable.contains(fault.key) { continue }
            if fault.key == "name" && name.isEmpty { continue }
            section.report(fault.key, found: fault.found, write: fault.write)
        }
    }

    static func endpoint(_ key: String, of section: ConfigurationSection, defaultPort: Int, like example: String) -> Endpoint? {
        guard let text = section.text(key) else { return nil }
        guard let endpoint = Endpoint(text, defaultPort: defaultPort) else {
            section.report(key, found: "\"\(text)\"", write: "host:port such as \(example)")
            return nil
        }
        return endpoint
    }
}

extension IMAPAccess {
    init?(reading section: ConfigurationSection) {
        let tls = section.tlsMode(default: .implicit)
        _ = section.requiredText("server", like: "imap.example.test:993")
        let server = JourneyConfiguration.endpoint(
            "server", of: section, defaultPort: tls == .implicit ? 993 : 143, like: "imap.example.test:993")
        let settings = section.tlsSettings()
        let username = section.text("username")
        let password = SecretSource("password", of: section)
        let folder = section.text("folder") ?? "INBOX"
        var account: Account?
        switch (username, password) {
        case (let username?, let password?): account = Account(username: username, password: password)
        case (_?, nil): section.report("username", found: "an account without a password", write: "password_file or password_env beside it")
        case (nil, _?): section.report("username", found: "a password without an account", write: "username beside it")
        case (nil, nil): break
        }
        if account != nil && tls == .opportunistic {
            section.report("tls", found: "opportunistic with a password", write: "implicit or starttls, so that it travels encrypted")
        }
        guard let server else { return nil }
        self.init(server: server, tls: tls, tlsSettings: settings, account: account, folder: folder)
    }
}

extension DNSAccess {
    init?(reading section: ConfigurationSection) {
        _ = section.requiredText("server", like: "192.0.2.53:53")
        let server = JourneyConfiguration.endpoint("server", of: section, defaultPort: 53, like: "192.0.2.53:53")
        let name = section.requiredText("name", like: "example.net")
        let record = section.choice("record", of: Record.self) ?? .address
        guard let server, !name.isEmpty else { return nil }
        self.init(server: server, name: name, record: record)
    }
}

extension SMTPAccess {
    init(reading section: ConfigurationSection) {
        let tls = section.tlsMode(default: .opportunistic)
        let from = section.text("from") ?? ""
        let to = section.text("to")
        if !from.isEmpty && !JourneyConfiguration.isAddress(from) {
            section.report("from", found: "\"\(from)\"", write: "an address such as probe@outside.example")
        }
        if to != nil && !JourneyConfiguration.isAddress(to) {
            section.report("to", found: "\"\(to ?? "")\"", write: "an address such as probe@example.test")
        }
        let hello = section.text("hello") ?? "postwatch.invalid"
        if hello.isEmpty || hello.contains(where: \.isWhitespace) {
            section.report("hello", found: "\"\(hello)\"", write: "a host name such as probe.outside.example")
        }
        self.init(
            server: JourneyConfiguration.endpoint(
                "server", of: section, defaultPort: tls == .implicit ? 465 : 25, like: "mx-1.example.test:25"),
            tls: tls, tlsSettings: section.tlsSettings(), hello: hello, from: from, to: to,
            sourceAddress: section.text("source_address"))
    }
}

extension ConfigurationSection {
    /// Reads `tls`.
    public func tlsMode(default fallback: TLSMode) -> TLSMode {
        choice("tls", of: TLSMode.self) ?? fallback
    }

    /// Reads `tls_config`, in Prometheus' shape.
    public func tlsSettings() -> TLSSettings {
        section("tls_config") { section in
            TLSSettings(
                caFile: section.filePath("ca_file"), serverName: section.text("server_name"),
                insecureSkipVerify: section.flag("insecure_skip_verify", default: false))
        } ?? TLSSettings()
    }
}

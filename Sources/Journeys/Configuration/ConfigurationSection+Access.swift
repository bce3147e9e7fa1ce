import MailClient
import PostwatchModel
import PostwatchRuntime

extension Endpoint {
    /// Reads `host:port`; `nil` when there is none, or when it could not be read, which is noted then.
    init?(_ key: String, of section: ConfigurationSection, defaultPort: Int? = nil, like example: String) {
        guard let text = section.text(key) else { return nil }
        guard let endpoint = Endpoint(text, defaultPort: defaultPort) else {
            section.report(key, found: "\"\(text)\"", write: "host:port such as \(example)")
            return nil
        }
        self = endpoint
    }
}

extension MailAccount {
    /// Reads `username` with `password_file` or `password_env`; `nil` when there is none, or when half of it is missing, which is noted
    /// then.
    init?(_ section: ConfigurationSection) {
        let username = section.text("username")
        let password = SecretSource("password", of: section)
        switch (username, password) {
        case (let username?, let password?): self.init(username: username, password: password)
        case (_?, nil):
            section.report("username", found: "an account without a password", write: "password_file or password_env beside it")
            return nil
        case (nil, _?):
            section.report("username", found: "a password without an account", write: "username beside it")
            return nil
        case (nil, nil): return nil
        }
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

    /// Notes an account whose password might travel in the clear.
    func refuseOpportunisticLogin(_ tls: TLSMode, _ account: MailAccount?) {
        guard account != nil && tls == .opportunistic else { return }
        report("tls", found: "opportunistic with a password", write: "implicit or starttls, so that it travels encrypted")
    }
}

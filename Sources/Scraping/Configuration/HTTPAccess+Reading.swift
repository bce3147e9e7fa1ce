import PostwatchModel
import PostwatchRuntime

extension HTTPAccess {
    /// Reads `basic_auth`, `authorization`, `bearer_token_file`, `tls_config`, `http_headers`, `headers`, `follow_redirects` and
    /// `enable_http2` of a section that holds other keys too.
    init(_ section: ConfigurationSection, keys: ConfigurationKeys) {
        self.init()
        credentials = Self.credentials(section)
        tls = section.section("tls_config") { TLS($0) } ?? TLS()
        headers = section.textMap("headers").merging(Self.prometheusHeaders(section, keys)) { _, last in last }
        if let name = headers.keys.sorted().first(where: { Self.ownHeaders.contains($0.lowercased()) }) {
            section.report(
                section.has("headers") ? "headers" : "http_headers", found: "the header \(name)",
                write: "only headers that scraping does not set itself")
        }
        followsRedirects = section.flag("follow_redirects", default: true)
        allowsHTTP2 = section.flag("enable_http2", default: true)
        section.rejectUnsupported([
            "oauth2": "basic_auth or authorization", "proxy_url": "an address that is reached directly",
            "no_proxy": "nothing: no proxy is used", "proxy_from_environment": "nothing: no proxy is used",
            "proxy_connect_header": "nothing: no proxy is used",
        ])
    }

    // MARK: - Private

    private static let ownHeaders: Set<String> = [
        "accept", "accept-encoding", "authorization", "connection", "content-length", "host", "user-agent",
        "x-prometheus-scrape-timeout-seconds",
    ]

    /// `http_headers: {X-Scope: {values: [a]}}`
    private static func prometheusHeaders(_ section: ConfigurationSection, _ keys: ConfigurationKeys) -> [String: String] {
        section.section("http_headers") { headers in
            var found: [String: String] = [:]
            for name in keys["http_headers"].names {
                _ = headers.section(name) { header in
                    found[name] = header.texts("values").joined(separator: ", ")
                    header.rejectUnsupported(["secrets": "values", "files": "values"])
                }
            }
            return found
        } ?? [:]
    }

    private static func credentials(_ section: ConfigurationSection) -> Credentials {
        let basic = section.section("basic_auth") { section -> Credentials in
            let username = section.requiredText("username", like: "postwatch")
            section.rejectUnsupported(["username_file": "username"])
            return .basic(username: username, password: SecretSource("password", of: section))
        }
        let authorization = section.section("authorization") { section -> Credentials in
            let type = section.text("type") ?? "Bearer"
            if let secret = SecretSource("credentials", of: section) { return .authorization(type: type, secret: secret) }
            section.report("credentials_file", found: "nothing", write: "the path of a file that holds the secret")
            return .none
        }
        let bearer = SecretSource("bearer_token", of: section).map { Credentials.authorization(type: "Bearer", secret: $0) }
        let found = [basic, authorization, bearer].compactMap { $0 }
        if found.count > 1 {
            section.report(
                bearer == nil ? "authorization" : "bearer_token_file", found: "a second way to prove who is asking",
                write: "only one of basic_auth, authorization and bearer_token_file")
        }
        return found.first ?? .none
    }
}

extension HTTPAccess.TLS {
    fileprivate init(_ section: ConfigurationSection) {
        self.init()
        authorityFile = section.filePath("ca_file")
        certificateFile = section.filePath("cert_file")
        keyFile = section.filePath("key_file")
        serverName = section.text("server_name")
        skipsVerification = section.flag("insecure_skip_verify", default: false)
        minimumVersion = section.choice("min_version", of: Version.self)
        maximumVersion = section.choice("max_version", of: Version.self)
        if (certificateFile == nil) != (keyFile == nil) {
            section.report(
                certificateFile == nil ? "cert_file" : "key_file", found: "nothing", write: "both cert_file and key_file, or neither")
        }
        section.rejectUnsupported(["ca": "ca_file", "cert": "cert_file", "key": "key_file", "ca_ref": "ca_file", "key_ref": "key_file"])
    }
}

import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// One question to a web server, and what its answer must be.
public struct HTTPAccess: Hashable, Sendable {
    public var url: HTTPURL
    /// Where connections go instead of where its name leads. Default: nowhere else.
    public var destination: WebDestination?
    /// Default: `GET`.
    public var method: String
    public var headers: HTTPFields
    /// Default: none.
    public var body: String?
    /// Signs in by Basic authentication. Default: nobody.
    public var account: MailAccount?
    /// Default: 200 to 299.
    public var statuses: [StatusRange]
    /// A text that the answer must have in it.
    public var contained: String?
    /// What must match a part of the answer.
    public var pattern: RegularExpression?
    /// Default: true.
    public var followsRedirects: Bool
    public var tlsSettings: TLSSettings
    /// Bytes of an answer. Default: 2 MiB.
    public var bodyLimit: Int

    public init(
        url: HTTPURL, method: String = "GET", headers: HTTPFields = [:], body: String? = nil, account: MailAccount? = nil,
        statuses: [StatusRange] = [.success], contained: String? = nil, pattern: RegularExpression? = nil, followsRedirects: Bool = true,
        tlsSettings: TLSSettings = TLSSettings(), bodyLimit: Int = HTTPLimits().body
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.account = account
        self.statuses = statuses
        self.contained = contained
        self.pattern = pattern
        self.followsRedirects = followsRedirects
        self.tlsSettings = tlsSettings
        self.bodyLimit = bodyLimit
    }
}

extension HTTPAccess {
    /// Reads a section `http`; `nil` without an address, which is noted.
    init?(_ section: ConfigurationSection) {
        let url = section.webAddress("url", like: "https://webmail.example.test/")
        let method = section.text("method") ?? "GET"
        if method.isEmpty || !method.utf8.allSatisfy({ (65...90).contains($0) }) {
            section.report("method", found: "\"\(method)\"", write: "a method such as GET, HEAD or POST")
        }
        let headers = section.headerFields("headers")
        let statuses = section.statuses("status")
        let body = section.text("body")
        let account = MailAccount(section)
        let contained = section.text("body_contains")
        let pattern = section.regularExpression("body_matches")
        let followsRedirects = section.flag("follow_redirects", default: true)
        let tlsSettings = section.tlsSettings()
        let bodyLimit = section.integer("body_limit", default: HTTPLimits().body, in: 0...(64 << 20))
        let destination = WebDestination(section, instead: url)
        guard let url else { return nil }
        self.init(
            url: url, method: method, headers: headers, body: body, account: account, statuses: statuses.isEmpty ? [.success] : statuses,
            contained: contained, pattern: pattern, followsRedirects: followsRedirects, tlsSettings: tlsSettings, bodyLimit: bodyLimit)
        self.destination = destination
    }
}

extension ConfigurationSection {
    /// Reads a regular expression that may match anywhere; `nil` when it is absent, or none, which is noted.
    func regularExpression(_ key: String) -> RegularExpression? {
        guard let text = text(key) else { return nil }
        do throws(RegularExpression.Fault) {
            return try RegularExpression(text, matching: .anywhere)
        } catch {
            report(key, found: "\"\(text)\" (\(error.reason))", write: "a regular expression in RE2 syntax")
            return nil
        }
    }
}

import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// The way into a webmail.
public struct WebmailAccess: Hashable, Sendable {
    /// Where its login page is, with a slash at the end.
    public var url: HTTPURL
    /// Where connections go instead of where its name leads. Default: nowhere else.
    public var destination: WebDestination?
    public var account: MailAccount
    /// A folder that is looked into beside the inbox. Default: `Sent`.
    public var folder: String
    /// Who gets a message; `nil`: none is sent. Default: the account itself where its name is an address.
    public var recipient: String?
    public var tlsSettings: TLSSettings
    let script: WebScript

    /// Whether what is sent comes back into the same mailbox.
    var arrives: Bool { recipient != nil && recipient?.lowercased() == account.username.lowercased() }
}

extension WebmailAccess {
    /// Reads a section `webmail`; `nil` when it could not run, which is noted.
    init?(_ section: ConfigurationSection) {
        let url = section.webAddress("url", like: "https://webmail.example.test/")
        let account = MailAccount(section)
        if account == nil, !section.has("username") {
            section.report("username", found: "nothing", write: "username and password_file of a mailbox for probes")
        }
        let recipient = Self.recipient(section, account)
        let folder = section.text("folder") ?? "Sent"
        let tlsSettings = section.tlsSettings()
        let destination = WebDestination(section, instead: url)
        guard let script = Self.script(section), let url, let account else { return nil }
        self.init(
            url: Self.withSlash(url), account: account, folder: folder, recipient: recipient, tlsSettings: tlsSettings, script: script)
        self.destination = destination
    }

    // MARK: - Private

    private static func script(_ section: ConfigurationSection) -> WebScript? {
        let preset = section.choice("preset", of: WebmailPreset.self)
        let hasSteps = section.has("steps")
        if section.has("preset") == hasSteps {
            section.report(
                "preset", found: hasSteps ? "steps beside it" : "nothing", write: "preset: roundcube or sogo, or steps for another webmail")
        }
        guard let preset else { return hasSteps ? WebScript(section) : nil }
        if section.has("headers") { section.report("headers", found: "headers beside a preset", write: "them beside steps only") }
        do {
            return try preset.script()
        } catch {
            section.report("preset", found: "a preset with faults (\(error))", write: "steps, and report this")
            return nil
        }
    }

    private static func recipient(_ section: ConfigurationSection, _ account: MailAccount?) -> String? {
        let sends = section.flag("send", default: true)
        let given = section.text("to")
        if let given, !SMTPAccess.isAddress(given) {
            section.report("to", found: "\"\(given)\"", write: "an address such as probe@example.test")
        }
        guard sends else {
            if given != nil { section.report("to", found: "a recipient beside send: false", write: "only one of them") }
            return nil
        }
        if let given { return given }
        guard let account else { return nil }
        guard SMTPAccess.isAddress(account.username) else {
            section.report(
                "to", found: "nothing, and the username is no address", write: "to: with the account's address, or send: false")
            return nil
        }
        return account.username
    }

    /// What is put behind an address would otherwise replace its last part.
    private static func withSlash(_ url: HTTPURL) -> HTTPURL {
        let last = url.path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !url.target.contains("?"), !last.isEmpty, !last.contains(".") else { return url }
        return HTTPURL(url.description + "/") ?? url
    }
}

import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// The way to a server that takes mail.
public struct SMTPAccess: Hashable, Sendable {
    /// `nil`: the mail exchangers of the recipient's domain.
    public var server: Endpoint?
    /// Default: `opportunistic`.
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    /// What EHLO says. Default: `postwatch.invalid`.
    public var hello: String
    /// The envelope's sender; empty for the null sender.
    public var from: String
    public var to: String?
    /// The local address to speak from.
    public var sourceAddress: String?
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for the server's name.
    public var address: String?
    /// Who hands mail in, once the connection is encrypted; `nil` for mail from outside.
    public var account: MailAccount?
    /// How the account is proved; what the server offers of PLAIN and LOGIN when `nil`.
    public var mechanism: SMTPMechanism?

    public init(
        server: Endpoint? = nil, tls: TLSMode = .opportunistic, tlsSettings: TLSSettings = TLSSettings(),
        hello: String = "postwatch.invalid", from: String = "", to: String? = nil, sourceAddress: String? = nil, address: String? = nil,
        account: MailAccount? = nil, mechanism: SMTPMechanism? = nil
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.hello = hello
        self.from = from
        self.to = to
        self.sourceAddress = sourceAddress
        self.address = address
        self.account = account
        self.mechanism = mechanism
    }
}

extension SMTPAccess {
    /// As sentences name it; the recipient's domain where its mail exchangers are asked for.
    var place: String { server?.place(at: address) ?? domain }

    /// The recipient's; empty without one.
    var domain: String { String(to?.split(separator: "@").last ?? "") }

    /// Where accounts hand mail in, without and with encryption from the first byte. Source: RFC 6409, section 3.1; RFC 8314, section 3.3.
    private static let submissionPorts = (plain: 587, encrypted: 465)

    /// Reads a section `smtp`. With an account it is submission: STARTTLS on port 587 unless it says otherwise.
    init(_ section: ConfigurationSection) {
        let isSubmission = section.has("username")
        let tls = section.tlsMode(default: isSubmission ? .starttls : .opportunistic)
        let from = section.text("from") ?? ""
        let to = section.text("to")
        if !from.isEmpty && !Self.isAddress(from) {
            section.report("from", found: "\"\(from)\"", write: "an address such as probe@outside.example")
        }
        if let to, !Self.isAddress(to) {
            section.report("to", found: "\"\(to)\"", write: "an address such as probe@example.test")
        }
        let hello = section.text("hello") ?? "postwatch.invalid"
        if hello.isEmpty || hello.contains(where: \.isWhitespace) {
            section.report("hello", found: "\"\(hello)\"", write: "a host name such as probe.outside.example")
        }
        let account = MailAccount(section)
        section.refuseOpportunisticLogin(tls, account)
        let mechanism = section.choice("auth", of: SMTPMechanism.self)
        if mechanism != nil && !isSubmission {
            section.report("auth", found: "a way to sign in without an account", write: "username and password_file beside it")
        }
        let usualPort = isSubmission ? Self.submissionPorts.plain : Self.exchangePort
        self.init(
            server: Endpoint(
                "server", of: section, defaultPort: tls == .implicit ? Self.submissionPorts.encrypted : usualPort,
                like: isSubmission ? "smtp.example.test:587" : "mx-1.example.test:25"),
            tls: tls, tlsSettings: section.tlsSettings(), hello: hello, from: from, to: to,
            sourceAddress: section.text("source_address"), address: Self.address(section), account: account, mechanism: mechanism)
    }

    /// Reads a section `smtp` that must have server and recipient; `nil` without it. What is missing is noted.
    init?(submissionOf journey: ConfigurationSection, to example: String) {
        let access = journey.section("smtp", SMTPAccess.init)
        if access?.server == nil {
            journey.report("smtp", found: "no server", write: "an smtp section with a server such as smtp.example.test:587")
        }
        if access?.to == nil {
            journey.report("smtp", found: "no recipient", write: "an smtp section with to: \(example)")
        }
        guard let access, access.server != nil else { return nil }
        self = access
    }

    private static func address(_ section: ConfigurationSection) -> String? {
        guard let text = section.serverAddress() else { return nil }
        if !section.has("server") {
            section.report("address", found: "an address without its server", write: "server with the name that the address belongs to")
        }
        return text
    }

    static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        let domain = text[text.index(after: at)...]
        return at != text.startIndex && !domain.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 60 && $0 != 62 }
    }
}

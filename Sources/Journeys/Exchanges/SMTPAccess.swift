import MailClient
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

    public init(
        server: Endpoint? = nil, tls: TLSMode = .opportunistic, tlsSettings: TLSSettings = TLSSettings(),
        hello: String = "postwatch.invalid", from: String = "", to: String? = nil, sourceAddress: String? = nil
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.hello = hello
        self.from = from
        self.to = to
        self.sourceAddress = sourceAddress
    }
}

extension SMTPAccess {
    /// Reads a section `smtp`.
    init(_ section: ConfigurationSection) {
        let tls = section.tlsMode(default: .opportunistic)
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
        self.init(
            server: Endpoint("server", of: section, defaultPort: tls == .implicit ? 465 : 25, like: "mx-1.example.test:25"),
            tls: tls, tlsSettings: section.tlsSettings(), hello: hello, from: from, to: to,
            sourceAddress: section.text("source_address"))
    }

    static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@") else { return false }
        let domain = text[text.index(after: at)...]
        return at != text.startIndex && !domain.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 60 && $0 != 62 }
    }
}

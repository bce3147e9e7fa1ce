import MailClient
import PostwatchModel
import PostwatchRuntime

/// Where this process takes its own mail, as the far end of a delivery.
public struct ReceiverAccess: Hashable, Sendable {
    /// An address of this host, and the port.
    public var listen: Endpoint
    /// What the greeting calls this host. Default: `postwatch.invalid`.
    public var hello: String
    /// PEM files of a certificate and its key, which may vouch for itself: with them STARTTLS is offered.
    public var certificateFile: String?
    public var keyFile: String?

    public init(listen: Endpoint, hello: String = "postwatch.invalid", certificateFile: String? = nil, keyFile: String? = nil) {
        self.listen = listen
        self.hello = hello
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}

extension ReceiverAccess {
    /// Reads a section `receiver`; `nil` without an address, which is noted.
    init?(_ section: ConfigurationSection) {
        let example = "192.0.2.25:25"
        _ = section.requiredText("listen", like: example)
        let listen = Endpoint("listen", of: section, defaultPort: SMTPAccess.exchangePort, like: example)
        let hello = section.text("hello") ?? "postwatch.invalid"
        if hello.isEmpty || hello.contains(where: \.isWhitespace) {
            section.report("hello", found: "\"\(hello)\"", write: "a host name such as probe.outside.example")
        }
        let certificate = section.filePath("cert_file")
        let key = section.filePath("key_file")
        if (certificate == nil) != (key == nil) {
            section.report(certificate == nil ? "key_file" : "cert_file", found: "half of a key pair", write: "cert_file and key_file")
        }
        guard let listen else { return nil }
        self.init(listen: listen, hello: hello, certificateFile: certificate, keyFile: key)
    }
}

import MailClient
import PostwatchModel
import PostwatchRuntime

/// A port that must take connections.
public struct TCPAccess: Hashable, Sendable {
    public var server: Endpoint
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for its name.
    public var address: String?
    /// What the first line of the server must begin with; `nil` when it need not say anything.
    public var greeting: String?

    public init(server: Endpoint, greeting: String? = nil) {
        self.server = server
        self.greeting = greeting
    }
}

extension TCPAccess {
    /// As sentences name it.
    var place: String { server.place(at: address) }

    /// Reads a section `tcp`; `nil` without a server, which is noted.
    init?(_ section: ConfigurationSection) {
        _ = section.requiredText("server", like: "mx-1.example.test:25")
        let server = Endpoint("server", of: section, like: "mx-1.example.test:25")
        let greeting = section.text("greeting")
        if greeting?.isEmpty == true {
            section.report("greeting", found: "an empty text", write: "what the server's first line begins with, such as \"220 \"")
        }
        let address = section.serverAddress()
        guard let server else { return nil }
        self.init(server: server, greeting: greeting)
        self.address = address
    }
}

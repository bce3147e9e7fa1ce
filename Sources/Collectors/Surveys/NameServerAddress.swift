import MailClient
import MailWire
import NIOCore
import NIOPosix
import PostwatchModel

/// The key `resolver` or `address` of a name server in the section `collectors`.
enum NameServerAddress {
    /// `nil` when the key is absent or wrong.
    static func read(_ section: ConfigurationSection, _ key: String) -> Endpoint? {
        guard let text = section.text(key) else { return nil }
        if let address = InternetAddress(text) { return Endpoint(host: "\(address)", port: 53) }
        guard let endpoint = Endpoint(text, defaultPort: 53), InternetAddress(endpoint.host) != nil else {
            section.report(key, found: "\"\(text)\"", write: "the address of a name server, such as 192.0.2.53:53 or [2001:db8::53]:53")
            return nil
        }
        return endpoint
    }
}

extension ServiceSurroundings {
    /// Asks that name server, or the system's; a question holds one of the threads.
    func resolver(_ server: Endpoint?) -> NameResolver {
        NameResolver(servers: server.map { [$0] } ?? [], threadPool: threads, group: MultiThreadedEventLoopGroup.singleton)
    }
}

extension NIODeadline {
    /// A name server that is silent must not use up the time of all other questions.
    static func ofQuestion(before deadline: NIODeadline) -> NIODeadline {
        min(deadline, .now() + .seconds(5))
    }
}

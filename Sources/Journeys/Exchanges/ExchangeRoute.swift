import MailClient
import NIOCore

/// The way to a server that takes mail, with everything prepared that does not change from run to run.
struct ExchangeRoute: Sendable {
    /// An address that is none.
    struct NotAnAddress: Error, CustomStringConvertible {
        let description: String
    }

    let access: SMTPAccess
    /// `nil` when nothing is ever encrypted.
    let tls: TLSClient?
    let source: SocketAddress?
    /// Goes before all that the server's name stands for.
    let address: SocketAddress?

    /// Throws `TLSClient.UnusableRoots` or `NotAnAddress`.
    init(_ access: SMTPAccess) throws {
        self.access = access
        self.tls = try TLSClient(for: access.tls, access.tlsSettings)
        address = try access.address.map { text in
            guard let server = access.server, let address = try? SocketAddress(ipAddress: text, port: server.port) else {
                throw NotAnAddress(description: "address: found \"\(text)\"; write one of the server's addresses, and server beside it")
            }
            return address
        }
        guard let text = access.sourceAddress else {
            source = nil
            return
        }
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else {
            throw NotAnAddress(description: "source_address: found \"\(text)\"; write an address of this host")
        }
        source = address
    }
}

import MailClient
import NIOCore

/// The way to a server that takes mail, with everything prepared that does not change from run to run.
struct ExchangeRoute: Sendable {
    /// The source address is none.
    struct NotAnAddress: Error, CustomStringConvertible {
        let description: String
    }

    let access: SMTPAccess
    /// `nil` when nothing is ever encrypted.
    let tls: TLSClient?
    let source: SocketAddress?

    /// Throws `TLSClient.UnusableRoots` or `NotAnAddress`.
    init(_ access: SMTPAccess) throws {
        self.access = access
        self.tls = try TLSClient(for: access.tls, access.tlsSettings)
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

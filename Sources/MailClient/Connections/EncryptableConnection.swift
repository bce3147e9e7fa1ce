import NIOCore

/// A connection that can be put behind encryption, and then knows whom it talks to.
public protocol EncryptableConnection: Sendable {
    /// Encrypts the connection. `host` is how the server was asked for. Returns when the handshake was complete.
    func secure(with tls: TLSClient, host: String, before deadline: NIODeadline) async throws(ConnectionFailure) -> NIODeadline
    /// When the first certificate of the chain ends, in seconds since 1970; `nil` before encryption.
    func earliestCertificateExpiry() async -> Int64?
    /// `TLS 1.3`; `nil` before encryption.
    func tlsVersion() async -> String?
}

extension Conversation: EncryptableConnection {}

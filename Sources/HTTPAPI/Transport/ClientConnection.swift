/// The way back to whoever sent a request.
///
/// A request context that conforms lets queries end early when the client goes away.
public protocol ClientConnection: Sendable {
    /// Whether the client can still take an answer.
    var isOpen: Bool { get }
}

import NIOCore

/// Something that came from a server, with the moment at which its last byte arrived.
public struct Stamped<Value: Sendable>: Sendable {
    public let value: Value
    /// Taken on the connection's event loop, before anybody else was woken.
    public let at: NIODeadline

    public init(_ value: Value, at: NIODeadline) {
        self.value = value
        self.at = at
    }
}

/// Bytes in, replies out: what a connection needs to know of a protocol.
public protocol ReplyParsing: Sendable {
    associatedtype Reply: Sendable
    init()
    /// Takes bytes as they come, in pieces of any size.
    mutating func append(_ bytes: some Sequence<UInt8>)
    /// The next whole reply; `nil` until more bytes have come. Once it has thrown it throws the same fault for ever.
    mutating func next() throws(WireFault) -> Reply?
    /// Whether bytes have come that are not part of a reply yet.
    var hasUnreadBytes: Bool { get }
}

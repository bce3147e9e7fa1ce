/// What is taken from a web server before it is called at fault.
public struct HTTPLimits: Hashable, Sendable {
    /// Fields of one header.
    static let fieldCount = 256

    /// Bytes of an answer's body. Default: 2 MiB.
    public var body: Int
    /// Bytes until the end of an answer's header, informational answers before it included. Default: 64 KiB.
    public var header: Int

    public init(body: Int = 2 << 20, header: Int = 64 << 10) {
        self.body = body
        self.header = header
    }
}

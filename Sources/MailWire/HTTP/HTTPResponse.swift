/// What a web server answered, whole.
public struct HTTPResponse: Hashable, Sendable {
    /// 200…599.
    public let status: Int
    /// `Not Found`: the standard's words for the status, the server's for one without.
    public let reason: String
    public let fields: HTTPFields
    public let body: [UInt8]

    public init(status: Int, reason: String = "", fields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.body = body
    }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// `404 Not Found`, printable.
    public var statusLine: String {
        reason.isEmpty ? "\(status)" : "\(status) \(WireText.printable(reason.utf8, limit: 60))"
    }
}

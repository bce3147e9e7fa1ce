/// What a web server is asked.
public struct HTTPRequest: Hashable, Sendable {
    /// Any token: `GET`, `POST`, `PROPFIND`.
    public var method: String
    public var url: HTTPURL
    /// `Content-Length` is set when it is sent; `Host`, `User-Agent` and `Accept-Encoding: identity` are unless they are there.
    public var fields: HTTPFields
    /// `nil`: none, and no length is told.
    public var body: [UInt8]?

    public init(_ method: String, _ url: HTTPURL, fields: HTTPFields = [:], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// Throws `unencodable` for what would break the frame of a request: a method or a name that is no token, a value with line ends.
    /// Source: RFC 9110, sections 5.5 and 5.6.2.
    public func check() throws(WireFault) {
        guard HTTPFields.isToken(method) else { throw .unencodable(reason: "its method is no word") }
        for field in fields.all { try HTTPFields.check(field) }
    }

    /// What may be sent a second time without doing more than the first. Source: RFC 9110, section 9.2.2; RFC 4918, section 9; RFC 3253,
    /// section 3.6.
    public var isIdempotent: Bool {
        ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT"].contains(method)
    }
}

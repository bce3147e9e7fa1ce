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
        guard Self.isToken(method) else { throw .unencodable(reason: "its method is no word") }
        for field in fields.all {
            guard Self.isToken(field.name) else { throw .unencodable(reason: "the name of a header is no word") }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
                throw .unencodable(reason: "the header \(field.name) has a control character in its value")
            }
        }
    }

    /// What may be sent a second time without doing more than the first. Source: RFC 9110, section 9.2.2; RFC 4918, section 9; RFC 3253,
    /// section 3.6.
    public var isIdempotent: Bool {
        ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT"].contains(method)
    }

    // MARK: - Private

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}

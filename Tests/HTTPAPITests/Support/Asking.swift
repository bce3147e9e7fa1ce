import Hummingbird
import HummingbirdTesting

/// What a router answered.
struct Answered: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let bytes: [UInt8]

    var body: String { String(decoding: bytes, as: UTF8.self) }
}

/// Asks a router, with a form when there is one.
func ask(
    _ uri: String, _ method: HTTPRequest.Method = .get, form: String? = nil, headers: HTTPFields = [:],
    of router: Router<BasicRequestContext>
) async throws -> Answered {
    var headers = headers
    if form != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
    return try await Application(router: router).test(.router) { [headers] client in
        try await client.execute(uri: uri, method: method, headers: headers, body: form.map { ByteBuffer(string: $0) }) {
            Answered(status: $0.status, headers: $0.headers, bytes: Array($0.body.readableBytesView))
        }
    }
}

import Hummingbird

extension Response {
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func plain(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Prometheus' error envelope.
    static func prometheusError(_ status: HTTPResponse.Status, type: String, message: String) -> Response {
        json(PrometheusJSON.failure(type: type, message: message), status: status)
    }
}

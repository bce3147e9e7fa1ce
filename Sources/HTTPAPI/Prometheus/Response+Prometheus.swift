import Foundation
import Hummingbird

extension Response {
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func plain(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Prometheus' envelope of success.
    static func prometheus(_ data: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return json(String(decoding: try encoder.encode(PrometheusSuccess(data: data)), as: UTF8.self))
    }

    /// Prometheus' error envelope.
    static func prometheusError(_ status: HTTPResponse.Status, type: String, message: String) -> Response {
        json(PrometheusJSON.failure(type: type, message: message), status: status)
    }
}

/// `{"status":"success","data":…}`
private struct PrometheusSuccess<Value: Encodable>: Encodable {
    let status = "success"
    let data: Value
}

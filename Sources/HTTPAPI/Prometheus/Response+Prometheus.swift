import Foundation
import Hummingbird
import PromQL

extension Response {
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func plain(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// Prometheus' envelope of success.
    static func prometheus(_ data: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let encoded = try encoder.encode(data)
        return prometheus { $0.encoded(encoded) }
    }

    /// The same around what `write` writes, with warnings where there are some.
    static func prometheus(warnings: [String] = [], _ write: (inout PrometheusJSON) -> Void) -> Response {
        var json = PrometheusJSON()
        json.beginEnvelope()
        write(&json)
        json.endEnvelope(warnings: warnings)
        return .json(json.bytes)
    }

    /// Prometheus' error envelope.
    static func prometheusError(_ status: HTTPResponse.Status, type: String, message: String) -> Response {
        .json(PrometheusJSON.failure(type: type, message: message), status: status)
    }

    /// What `body` answers, or the error envelope for what it throws.
    static func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let failure as APIFailure {
            return failure.response
        } catch let failure as QueryFailure {
            return APIFailure(failure).response
        } catch is CancellationError {
            return APIFailure(.canceled, "the request was canceled").response
        } catch let error as any HTTPResponseError {
            throw error
        } catch {
            return APIFailure(.internal, "\(error)").response
        }
    }
}

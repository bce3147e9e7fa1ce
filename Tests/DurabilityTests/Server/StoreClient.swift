import AsyncHTTPClient
import ExpositionFormat
import Foundation
import NIOCore

/// Speaks to one server as senders and operators do.
struct StoreClient: Sendable {
    /// What became of a write.
    enum Outcome: Hashable, Sendable {
        case stored
        /// The server said no: what it answered.
        case refused(status: Int, retryAfter: String?, text: String)
        /// Nobody knows: the connection ended before an answer.
        case unanswered
    }

    /// Gives up at once where nobody listens: whoever waits for a server polls.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let baseURL: String

    /// The body of an answer with status 200; `nil` while there is none.
    func get(_ path: String) async -> String? {
        guard let response = try? await Self.http.execute(HTTPClientRequest(url: baseURL + path), timeout: .seconds(30)),
            response.status == .ok, let body = try? await response.body.collect(upTo: 1 << 30)
        else { return nil }
        return String(buffer: body)
    }

    /// The value of one of the server's own metrics.
    func metric(_ name: String) async -> Double? {
        let line = await get("/metrics")?.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// Sends one remote-write 1.0 request.
    func write(_ request: RemoteWriteRequest) async -> Outcome {
        var message = HTTPClientRequest(url: baseURL + "/api/v1/write")
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/x-protobuf")
        message.headers.add(name: "Content-Encoding", value: "snappy")
        message.headers.add(name: "X-Prometheus-Remote-Write-Version", value: "0.1.0")
        message.body = .bytes(SnappyBlock.compress(request.encoded()))
        guard let response = try? await Self.http.execute(message, timeout: .seconds(30)),
            let body = try? await response.body.collect(upTo: 1 << 20)
        else { return .unanswered }
        if (200..<300).contains(response.status.code) { return .stored }
        return .refused(
            status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"), text: String(buffer: body))
    }

    /// The samples of every series of a range selector: labels → times in milliseconds and values, as the server lists them.
    func samples(of selector: String, from: Int64, through: Int64) async throws -> [[String: String]: [StoredSample]] {
        // Wide enough that nobody needs to know whether an end belongs to the range.
        let query = "\(selector)[\(through - from + 2)ms]".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let moment = Double(through + 1) / 1000
        guard let text = await get("/api/v1/query?query=\(query)&time=\(moment)") else { throw NoAnswer(query: selector) }
        let elements = try JSONDecoder().decode(Answer.self, from: Data(text.utf8)).data.result
        return try Dictionary(elements.map { ($0.metric, $0.values) }) { _, _ in throw NoAnswer(query: "\(selector): a series twice") }
    }

    struct NoAnswer: Error {
        let query: String
    }

    // MARK: - Private

    private struct Answer: Decodable {
        struct Content: Decodable {
            let result: [Element]
        }

        struct Element: Decodable {
            let metric: [String: String]
            let values: [StoredSample]
        }

        let data: Content
    }
}

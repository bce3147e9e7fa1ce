import AsyncHTTPClient
import Foundation
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// The samples of a running server, Postwatch or Prometheus, read through its HTTP API.
struct RemoteSamples: SampleQuerying, SeriesListing {
    private static let largestAnswer = 256 << 20

    /// `http://127.0.0.1:9460`, without a slash at the end.
    private let baseURL: String

    init(baseURL: String) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    }

    /// Throws `RemoteSamplesFailure` when there is no server, or something else.
    func reach() async throws {
        let _: Anything = try await get("query", [("query", "1")])
    }

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        // A range selector leaves out its start, a selection does not.
        let reach = selection.end.milliseconds - selection.start.milliseconds + 1
        let query = "\(Self.selector(selection.matchers))[\(max(1, reach))ms]"
        let answer: QueryAnswer = try await get("query", [("query", query), ("time", Self.seconds(selection.end))])
        var batch = SampleBatch(
            answer.result.map { series in
                SeriesColumns(
                    labels: LabelSet(series.metric.map { ($0.key, $0.value) }), timestamps: (series.values ?? []).map(\.milliseconds),
                    values: (series.values ?? []).map(\.value))
            })
        if selection.summary == .count { batch.countEach() }
        try take(batch)
    }

    func series(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [LabelSet] {
        let found: [[String: String]] = try await get("series", Self.listing(selectors, start, end, limit))
        return found.prefix(limit ?? .max).map { LabelSet($0.map { ($0.key, $0.value) }) }
    }

    func labelNames(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [String] {
        let found: [String] = try await get("labels", Self.listing(selectors, start, end, limit))
        return Array(found.prefix(limit ?? .max))
    }

    func labelValues(
        of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String] {
        let found: [String] = try await get("label/\(Self.escaped(name))/values", Self.listing(selectors, start, end, limit))
        return Array(found.prefix(limit ?? .max))
    }

    // MARK: - Private

    private struct Envelope<Value: Decodable>: Decodable {
        let data: Value?
        let error: String?
    }

    /// An answer of which only counts that it is one.
    private struct Anything: Decodable {}

    private struct QueryAnswer: Decodable {
        struct Series: Decodable {
            let metric: [String: String]
            /// Left out when there are histograms only.
            let values: [Point]?
        }

        struct Point: Decodable {
            let milliseconds: Int64
            let value: Double

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                milliseconds = Timestamp(seconds: try container.decode(Double.self)).milliseconds
                let text = try container.decode(String.self)
                value = Double(text) ?? .nan
            }
        }

        let result: [Series]
    }

    private static func selector(_ matchers: [LabelMatcher]) -> String {
        let pairs = matchers.map { matcher in
            let value = matcher.value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n")
            return "\(matcher.name)\(matcher.operation.rawValue)\"\(value)\""
        }
        return "{\(pairs.joined(separator: ","))}"
    }

    private static func listing(_ selectors: [[LabelMatcher]], _ start: Timestamp, _ end: Timestamp, _ limit: Int?) -> [(String, String)] {
        var parameters = selectors.map { ("match[]", selector($0)) } + [("start", seconds(start)), ("end", seconds(end))]
        if let limit { parameters.append(("limit", "\(limit)")) }
        return parameters
    }

    private static func seconds(_ moment: Timestamp) -> String { String(format: "%.3f", moment.seconds) }

    private static func escaped(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    private func get<Value: Decodable>(_ path: String, _ parameters: [(String, String)]) async throws -> Value {
        let query = parameters.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
        let body: ByteBuffer
        do {
            var configuration = HTTPClient.Configuration()
            // Somebody waits at a terminal: a refused connection is an answer.
            configuration.connectionPool.retryConnectionEstablishment = false
            body = try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let request = HTTPClientRequest(url: "\(baseURL)/api/v1/\(path)?\(query)")
                return try await client.execute(request, timeout: .seconds(30)).body.collect(upTo: Self.largestAnswer)
            }
        } catch {
            throw RemoteSamplesFailure.unreachable(url: baseURL, reason: ServerTrouble.reason(error))
        }
        guard let envelope = try? JSONDecoder().decode(Envelope<Value>.self, from: Data(body.readableBytesView)) else {
            throw RemoteSamplesFailure.strange(url: baseURL)
        }
        guard let data = envelope.data else { throw RemoteSamplesFailure.refused(envelope.error ?? "the server gave no reason") }
        return data
    }
}

/// A server's samples could not be read.
enum RemoteSamplesFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case unreachable(url: String, reason: String)
    case strange(url: String)
    case refused(String)

    var description: String {
        switch self {
        case .unreachable(let url, let reason):
            "no answer from \(url): \(reason); start the server with `postwatch serve`, name another with --server, or read the files of a "
                + "stopped one with --data"
        case .strange(let url): "\(url) does not answer like Postwatch or Prometheus; is --server right?"
        case .refused(let reason): reason
        }
    }
}

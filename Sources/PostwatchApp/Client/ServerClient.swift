import AsyncHTTPClient
import Foundation
import Journeys
import NIOCore
import PostwatchModel

/// Asks a running server, for the commands that show what it knows.
public struct ServerClient: Sendable {
    private let baseURL: String

    /// - Parameter baseURL: `http://127.0.0.1:9460`
    public init(baseURL: String) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    }

    /// An incident as the API tells it.
    public struct Incident: Decodable, Sendable {
        public struct TimelineEntry: Decodable, Sendable {
            public let at: String
            public let text: String
        }

        public let number: Int
        public let state: String
        public let severity: String
        public let component: String?
        public let nodes: [String]
        public let title: String
        public let openedAt: String
        public let timeline: [TimelineEntry]

        /// `mailstore: mailstore-1`
        public var place: String {
            guard let component else { return "no component named yet" }
            return nodes.isEmpty ? component : "\(component): \(nodes.joined(separator: ", "))"
        }
    }

    /// A component's coverage as the API tells it.
    public struct Coverage: Decodable, Sendable {
        public struct Remedy: Decodable, Hashable, Sendable {
            public let software: String
            public let configuration: String
        }

        public struct Item: Decodable, Sendable {
            public let name: String
            public let level: String
            public let measured: Bool
            public let rules: [String]
            public let remedies: [Remedy]
        }

        public struct Node: Decodable, Sendable {
            public let name: String
            public let items: [Item]
            public let journeys: [String]
        }

        public let component: String
        public let role: String
        public let wantedJourneys: [String]
        public let nodes: [Node]
    }

    /// The last run of a journey from one vantage as the API tells it.
    public struct Journey: Decodable, Sendable {
        struct Step: Decodable, Sendable {
            let wire: String
            let phase: String
            let offsetSeconds: Double
            let durationSeconds: Double
            let failure: String?
        }

        public let journey: String
        public let kind: String
        public let vantage: String
        public let success: Bool
        public let failure: String?
        /// The message that the run sent.
        public let message: String?
        public let startedAt: String
        let durationSeconds: Double
        let steps: [Step]

        /// The steps as bars on a time line.
        public func waterfall(width: Int) -> String {
            let run = JourneyRun(
                journey: journey, kind: kind, vantage: vantage, startedAt: Timestamp(rfc3339: startedAt) ?? Timestamp(milliseconds: 0),
                duration: .seconds(durationSeconds),
                steps: steps.map { step in
                    JourneyRun.Step(
                        wire: step.wire, phase: step.phase, offset: .seconds(step.offsetSeconds), duration: .seconds(step.durationSeconds),
                        failure: step.failure)
                }, failure: failure)
            return Waterfall(run, width: width).description
        }
    }

    public enum Failure: Error, Sendable, CustomStringConvertible {
        case unreachable(url: String, reason: String)
        case refused(message: String)

        public var description: String {
            switch self {
            case .unreachable(let url, let reason): "no answer from \(url): \(reason); is the server running, and is --server right?"
            case .refused(let message): message
            }
        }
    }

    public func coverage() async throws -> [Coverage] {
        try await get("/api/v1/coverage", as: [Coverage].self)
    }

    /// The last runs of a journey, or of all, from every vantage.
    public func journeys(named name: String?) async throws -> [Journey] {
        try await get("/api/v1/journeys" + (name.map { "?journey[]=\(Self.encoded($0))" } ?? ""), as: [Journey].self)
    }

    /// A message that a journey sent, as the API tells it.
    public struct Message: Decodable, Sendable {
        public let id: String
        public let journey: String
        public let vantage: String
        public let startedAt: String
        public let acceptedBy: String
        public let queueID: String?
        public let seconds: Double?
        public let outcome: String?
        public let reason: String?
    }

    /// The last messages of a journey, or of all; newest first.
    public func messages(ofJourney journey: String?) async throws -> [Message] {
        try await get("/api/v1/probes" + (journey.map { "?journey=\(Self.encoded($0))" } ?? ""), as: [Message].self)
    }

    /// Where a message was.
    /// - Parameter name: its identifier, or a journey, of which it is the last one.
    public func custody(of name: String) async throws -> CustodyChain {
        try await get("/api/v1/probes/\(Self.encoded(name))", as: Custody.self).chain
    }

    /// The same as JSON.
    public func custodyDocument(of name: String) async throws -> String {
        let custody = try await get("/api/v1/probes/\(Self.encoded(name))", as: Custody.self)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(custody), as: UTF8.self)
    }

    public func incidents() async throws -> [Incident] {
        try await get("/api/v1/incidents", as: [Incident].self)
    }

    public func incident(number: Int) async throws -> Incident {
        try await get("/api/v1/incidents/\(number)", as: Incident.self)
    }

    /// One line for each element of the answer: `up{instance="mx-1"} 1`.
    public func query(_ expression: String) async throws -> [String] {
        try await get("/api/v1/query?query=\(Self.encoded(expression))", as: QueryAnswer.self).lines
    }

    // MARK: - Private

    /// A chain of custody as the API tells it.
    private struct Custody: Codable {
        struct Hop: Codable {
            let node: String
            let queueID: String?
            let logged: Bool
        }

        struct Stretch: Codable {
            let node: String
            let stage: CustodyChain.Stage
            let offsetSeconds: Double
            let durationSeconds: Double
            let remark: String?
        }

        struct Clock: Codable {
            let node: String
            let skewSeconds: Double
            let uncertaintySeconds: Double
            let finding: Bool
        }

        let id: String
        let journey: String
        let vantage: String
        let startedAt: String
        let totalSeconds: Double
        let unattributedSeconds: Double
        let delivered: Bool
        let verdict: String
        let lastKnown: String?
        let hops: [Hop]
        let stretches: [Stretch]
        let clocks: [Clock]

        var chain: CustodyChain {
            CustodyChain(
                probe: id, journey: journey, vantage: vantage, startedAt: Timestamp(rfc3339: startedAt) ?? Timestamp(milliseconds: 0),
                total: .seconds(totalSeconds), isDelivered: delivered,
                hops: hops.map { CustodyChain.Hop(node: $0.node, queueID: $0.queueID, isLogged: $0.logged) },
                stretches: stretches.map {
                    CustodyChain.Stretch(
                        node: $0.node, stage: $0.stage, offset: .seconds($0.offsetSeconds), duration: .seconds($0.durationSeconds),
                        remark: $0.remark)
                },
                clocks: clocks.map {
                    CustodyChain.Skew(node: $0.node, seconds: $0.skewSeconds, uncertaintySeconds: $0.uncertaintySeconds)
                }, verdict: verdict, lastKnown: lastKnown)
        }
    }

    private static func encoded(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    private struct Envelope<Value: Decodable>: Decodable {
        let data: Value?
        let error: String?
    }

    private static var largestAnswer: Int { 64 << 20 }

    private func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
        let body: ByteBuffer
        do {
            var configuration = HTTPClient.Configuration()
            // Somebody waits at a terminal: a refused connection is an answer.
            configuration.connectionPool.retryConnectionEstablishment = false
            body = try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(HTTPClientRequest(url: baseURL + path), timeout: .seconds(30))
                return try await response.body.collect(upTo: Self.largestAnswer)
            }
        } catch {
            throw Failure.unreachable(url: baseURL, reason: ServerTrouble.reason(error))
        }
        guard let envelope = try? JSONDecoder().decode(Envelope<Value>.self, from: Data(body.readableBytesView)) else {
            throw Failure.refused(message: "\(baseURL) does not answer like a Postwatch server; is --server right?")
        }
        guard let data = envelope.data else { throw Failure.refused(message: envelope.error ?? "the server gave no reason") }
        return data
    }
}

/// The answer to an instant query, as lines of text.
private struct QueryAnswer: Decodable {
    let lines: [String]

    private enum Key: CodingKey {
        case resultType, result
    }

    private struct Series: Decodable {
        let metric: [String: String]
        let value: Point?
        let values: [Point]?

        var lines: [String] {
            let labels = LabelSet(metric.map { ($0.key, $0.value) })
            return (value.map { [$0] } ?? values ?? []).map { point in
                values == nil ? "\(labels) \(point.value)" : "\(labels) \(point.value) @\(point.time)"
            }
        }
    }

    private struct Point: Decodable {
        let time: Double
        let value: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            value = try container.decode(String.self)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(String.self, forKey: .resultType) {
        case "scalar", "string": lines = [try container.decode(Point.self, forKey: .result).value]
        default: lines = try container.decode([Series].self, forKey: .result).flatMap(\.lines)
        }
    }
}

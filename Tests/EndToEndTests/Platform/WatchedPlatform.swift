import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

/// A testbed of real servers on addresses of its own, with a Postwatch server, its agents and a receiver of webhooks.
final class WatchedPlatform {
    /// One webhook that arrived.
    struct Webhook: Decodable {
        struct Incident: Decodable {
            let number: Int
            let title: String
            let severity: String
            let component: String?
            let nodes: [String]
        }

        let version: String
        let status: String
        let receiver: String
        let incident: Incident
    }

    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    private let directory: String
    private let environment: [String: String]
    private let address: String
    private var children: [ChildProcess] = []
    /// Those that a test started, by name.
    private var agents: [String: ChildProcess] = [:]
    private var server: ChildProcess?

    /// Brings everything up, runs `body`, and takes everything down again whatever happened.
    /// - Parameters:
    ///   - options: of `testbed/up`.
    ///   - adjust: changes the server's configuration; it is told the directory of the testbed.
    static func run(
        network: String, options: [String] = [], adjust: ((_ configuration: inout String, _ testbed: String) -> Void)? = nil,
        _ body: (WatchedPlatform) async throws -> Void
    ) async throws {
        try #require(getuid() == 0, "these tests need root: the platform's nodes use the standard mail ports")
        let platform = WatchedPlatform(network: network)
        do {
            try platform.start(options, adjust)
            try await body(platform)
        } catch {
            platform.stop()
            throw error
        }
        platform.stop()
    }

    private init(network: String) {
        // Short, since the names of Unix sockets are; by network, so that what an earlier run left behind is found and removed.
        directory = "/tmp/postwatch-e2e-\(network)"
        environment = ["TESTBED_NETWORK": network, "TESTBED_HOME": directory + "/testbed"]
        address = "\(network).9.9"
    }

    var serverURL: String { "http://\(address):9460" }

    // MARK: The server

    func startServer() throws {
        server = try ChildProcess(
            Places.program.path,
            [
                "serve", "--config", "\(directory)/postwatch.yml", "--listen", "\(address):9460", "--data", "\(directory)/server",
                "--log-level", "notice",
            ], log: "\(directory)/server.log")
    }

    /// What a crash looks like from outside.
    func killServer() {
        server?.end(with: SIGKILL)
    }

    /// Starts the server anew with another configuration, made of the one that it has, and without what it stored.
    func restartServer(_ rewrite: (String) throws -> String) throws {
        server?.end(with: SIGTERM)
        try? FileManager.default.removeItem(atPath: "\(directory)/server")
        let path = "\(directory)/postwatch.yml"
        try rewrite(try String(contentsOfFile: path, encoding: .utf8)).write(toFile: path, atomically: true, encoding: .utf8)
        try startServer()
    }

    /// One more agent, or the same once more, with what it had stored.
    func startAgent(_ name: String, _ configuration: String) throws {
        let path = "\(directory)/agent-\(name)"
        try configuration.write(toFile: "\(path).yml", atomically: true, encoding: .utf8)
        agents[name] = try ChildProcess(Places.program.path, ["agent", "--config", "\(path).yml", "--data", path], log: "\(path).log")
    }

    /// What a crash looks like from outside.
    func killAgent(_ name: String) {
        agents[name]?.end(with: SIGKILL)
    }

    // MARK: The platform

    /// Where the platform keeps its files.
    var home: String { directory + "/testbed" }

    func fault(_ arguments: String..., with more: [String: String] = [:]) throws {
        try ChildProcess.run(Places.testbed("fault"), arguments, environment: environment.merging(more) { $1 })
    }

    // MARK: What is seen

    /// What the server wrote, over all its starts.
    var serverLog: String { (try? String(contentsOfFile: "\(directory)/server.log", encoding: .utf8)) ?? "" }

    /// The mail log of a node.
    func mailLog(of node: String) throws -> String {
        try String(contentsOfFile: "\(directory)/testbed/nodes/\(node)/log/mail.log", encoding: .utf8)
    }

    /// Size of what an agent keeps on disk until the server takes it.
    func bufferedBytes(ofAgent node: String) -> Int {
        let buffer = "\(directory)/agent-\(node)/remote-write-1"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: buffer)) ?? []
        return names.filter { $0.hasPrefix("journal-") }.reduce(0) { sum, name in
            sum + ((try? FileManager.default.attributesOfItem(atPath: "\(buffer)/\(name)")[.size] as? Int) ?? 0)
        }
    }

    /// What the agent of a node wrote.
    func log(ofAgent node: String) -> String {
        (try? String(contentsOfFile: "\(directory)/agent-\(node).log", encoding: .utf8)) ?? ""
    }

    func webhooks() throws -> [Webhook] {
        let text = (try? String(contentsOfFile: "\(directory)/webhooks.jsonl", encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Webhook.self, from: Data($0.utf8)) }
    }

    /// The body of an answer with status 200; `nil` while there is none.
    func get(_ path: String) async -> String? {
        guard let response = try? await HTTPClient.shared.execute(HTTPClientRequest(url: serverURL + path), timeout: .seconds(5)),
            response.status == .ok, let body = try? await response.body.collect(upTo: 8 << 20)
        else { return nil }
        return String(buffer: body)
    }

    /// Values of an instant query by the value of one label.
    func query(_ expression: String, by label: String) async throws -> [String: Double] {
        let elements = try await answer(to: expression)
        return Dictionary(elements.map { ($0.metric[label] ?? "", $0.value?.value ?? .nan) }) { first, _ in first }
    }

    /// The times of the samples of one range selector, in seconds, oldest first.
    func times(of selector: String) async throws -> [Double] {
        try await answer(to: selector).first?.values?.map(\.time) ?? []
    }

    /// Polls until `condition` holds; throws with what the server wrote when it does not within `seconds`.
    func wait(_ seconds: Int, for what: String, until condition: () async throws -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            if try await condition() { return }
            try await clock.sleep(for: .milliseconds(200))
        }
        let incidents = await get("/api/v1/incidents") ?? "no answer"
        throw TimedOut(
            description: "not within \(seconds) s: \(what)\nincidents: \(incidents)\nserver: \(server?.output ?? "")")
    }

    // MARK: - Private

    private struct Answer: Decodable {
        struct Content: Decodable {
            let result: [Element]
        }

        struct Element: Decodable {
            let metric: [String: String]
            let value: Point?
            let values: [Point]?
        }

        struct Point: Decodable {
            let time: Double
            let value: Double

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                time = try container.decode(Double.self)
                value = Double(try container.decode(String.self)) ?? .nan
            }
        }

        let data: Content
    }

    /// The elements of the answer to an instant query; none while the server does not answer.
    private func answer(to expression: String) async throws -> [Answer.Element] {
        let encoded = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        guard let text = await get("/api/v1/query?query=\(encoded)") else { return [] }
        return try JSONDecoder().decode(Answer.self, from: Data(text.utf8)).data.result
    }

    private func start(_ options: [String], _ adjust: ((inout String, String) -> Void)?) throws {
        stop()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try ChildProcess.run(Places.testbed("up"), options, environment: environment)
        let webhook = "http://\(address):9461/"
        try ChildProcess.run(Places.testbed("postwatch-config"), [directory, serverURL, webhook], environment: environment)
        if let adjust {
            var configuration = try String(contentsOfFile: "\(directory)/postwatch.yml", encoding: .utf8)
            adjust(&configuration, "\(directory)/testbed")
            try configuration.write(toFile: "\(directory)/postwatch.yml", atomically: true, encoding: .utf8)
        }
        children.append(
            try ChildProcess(
                Places.testbed("webhook"), [address, "9461", "\(directory)/webhooks.jsonl"], log: "\(directory)/webhook.log"))
        try startServer()
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) where file.hasPrefix("agent-") {
            let name = String(file.dropLast(".yml".count))
            children.append(
                try ChildProcess(
                    Places.program.path, ["agent", "--config", "\(directory)/\(file)", "--data", "\(directory)/\(name)"],
                    log: "\(directory)/\(name).log"))
        }
    }

    private func stop() {
        server?.end(with: SIGTERM)
        for child in children + agents.values { child.end(with: SIGTERM) }
        try? ChildProcess.run(Places.testbed("down"), [], environment: environment)
        try? FileManager.default.removeItem(atPath: directory)
    }
}

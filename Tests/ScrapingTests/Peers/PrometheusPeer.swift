import Foundation
import PostwatchModel
import TestSupport

@testable import Scraping

/// Debian's Prometheus with a configuration of the test, and what it knows.
actor PrometheusPeer {
    static let program = "/usr/bin/prometheus"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    private let process: ChildProcess
    private let client: PageClient
    private let address: String

    /// Runs `body` beside Prometheus, which is ended then.
    /// - Parameter configuration: the content of `prometheus.yml`.
    static func run(
        _ configuration: String, in directory: TestDirectory, port: Int, _ body: (PrometheusPeer) async throws -> Void
    ) async throws {
        let peer = try PrometheusPeer(configuration, in: directory, port: port)
        let result: Result<Void, any Error>
        do { result = .success(try await body(peer)) } catch { result = .failure(error) }
        await peer.stop()
        try result.get()
    }

    private init(_ configuration: String, in directory: TestDirectory, port: Int) throws {
        address = "127.0.0.1:\(port)"
        try directory.write(Array(configuration.utf8), to: "prometheus.yml")
        client = try PageClient(HTTPAccess(), host: "", bodyLimit: 16 << 20, idle: .seconds(60))
        process = try ChildProcess(
            Self.program,
            [
                "--config.file=\(directory.path)/prometheus.yml", "--storage.tsdb.path=\(directory.path)/data",
                "--web.listen-address=\(address)", "--enable-feature=exemplar-storage", "--log.level=warn",
            ], log: "\(directory.path)/prometheus.log")
    }

    private func stop() async {
        process.end(with: SIGKILL)
        await client.close()
    }

    /// An instant vector, by series. Asks until there is an answer; the suite's time limit ends it.
    func vector(_ expression: String) async throws -> [String: Double] {
        while true {
            try Task.checkCancellation()
            guard process.isRunning else { throw Unexpected(description: "prometheus ended: \(process.output)") }
            // It is not there at once.
            guard let answer = try? await ask("query", ["query": expression]) else {
                await Task.yield()
                continue
            }
            return try Self.results(answer).reduce(into: [:]) { values, result in
                values[try Self.labels(result["metric"])] = try Self.value(result["value"])
            }
        }
    }

    /// The samples of a range selector, by series: milliseconds and value.
    func samples(_ selector: String) async throws -> [String: [Int64: Double]] {
        try Self.results(try await ask("query", ["query": selector])).reduce(into: [:]) { all, result in
            guard let values = result["values"] as? [Any] else { throw Unexpected(description: "no matrix") }
            all[try Self.labels(result["metric"])] = try values.reduce(into: [Int64: Double]()) { samples, pair in
                guard let pair = pair as? [Any], let time = pair.first as? NSNumber else { throw Unexpected(description: "no sample") }
                samples[Int64((time.doubleValue * 1000).rounded())] = try Self.value(pair)
            }
        }
    }

    /// Exemplars as text: `series: labels value @milliseconds`.
    func exemplars(_ expression: String, around time: Double) async throws -> Set<String> {
        let answer = try await ask("query_exemplars", ["query": expression, "start": "\(time - 3600)", "end": "\(time + 3600)"])
        guard let all = answer["data"] as? [[String: Any]] else { throw Unexpected(description: "\(answer)") }
        var texts: Set<String> = []
        for one in all {
            for exemplar in one["exemplars"] as? [[String: Any]] ?? [] {
                guard let time = exemplar["timestamp"] as? NSNumber, let value = (exemplar["value"] as? String).flatMap(Double.init) else {
                    throw Unexpected(description: "\(exemplar)")
                }
                texts.insert(
                    "\(try Self.labels(one["seriesLabels"])): \(try Self.labels(exemplar["labels"])) \(value) "
                        + "@\(Int64((time.doubleValue * 1000).rounded()))")
            }
        }
        return texts
    }

    // MARK: - Private

    private func ask(_ path: String, _ parameters: [String: String]) async throws -> [String: Any] {
        let query = parameters.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        let page = try await client.page(
            client.request("http://\(address)/api/v1/\(path)?\(query.joined(separator: "&"))", headers: []))
        guard let answer = try JSONSerialization.jsonObject(with: Data(page.content.readableBytesView)) as? [String: Any] else {
            throw Unexpected(description: "no JSON object")
        }
        return answer
    }

    private static func results(_ answer: [String: Any]) throws -> [[String: Any]] {
        guard let data = answer["data"] as? [String: Any], let results = data["result"] as? [[String: Any]] else {
            throw Unexpected(description: "\(answer)")
        }
        return results
    }

    private static func labels(_ value: Any?) throws -> String {
        guard let labels = value as? [String: String] else { throw Unexpected(description: "no labels") }
        return "\(LabelSet(labels.map { ($0.key, $0.value) }))"
    }

    /// `[time, "value"]`
    private static func value(_ pair: Any?) throws -> Double {
        guard let pair = pair as? [Any], let text = pair.last as? String, let value = Double(text) else {
            throw Unexpected(description: "no value: \(String(describing: pair))")
        }
        return value
    }
}

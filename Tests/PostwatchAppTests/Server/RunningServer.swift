import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport

@testable import PostwatchApp

/// A server of its own for one test: real time, real sockets, a directory that is removed.
struct RunningServer: Sendable {
    struct NotListening: Error {}

    let port: UInt16
    private let directory: TestDirectory
    private let messages: Shared<[String]>

    /// Runs a server with `configuration` as its file for as long as `body` runs.
    static func run(_ configuration: String, _ body: @Sendable @escaping (RunningServer) async throws -> Void) async throws {
        let directory = TestDirectory()
        let path = "\(directory.path)/postwatch.yml"
        try directory.write(Array(configuration.utf8), to: "postwatch.yml")
        let (ports, found) = AsyncStream<UInt16>.makeStream()
        let messages = Shared<[String]>([])
        let logger = Logger(label: "test") { _ in ListeningLog(messages: messages, port: { found.yield($0) }) }
        let server = Server(
            configuration: try ServerConfiguration.load(path), listen: try ListenAddress("127.0.0.1:0"),
            dataDirectory: "\(directory.path)/data",
            world: World(clock: ContinuousClock(), now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }),
            logger: logger, reread: { try ServerConfiguration.load(path) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { found.finish() }
                do { try await server.run() } catch is CancellationError {}
            }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { throw NotListening() }
                try await body(RunningServer(port: port, directory: directory, messages: messages))
                throw CancellationError()
            }
            do { while try await group.next() != nil {} } catch is CancellationError {}
            group.cancelAll()
        }
    }

    /// How often the server has logged `message`.
    func count(of message: String) -> Int { messages.value.count { $0 == message } }

    /// Writes what is read at the next reload.
    func configure(_ text: String) throws { try directory.write(Array(text.utf8), to: "postwatch.yml") }

    /// Asks over a connection of its own, which is closed then.
    func ask(_ request: String) async throws -> String {
        try await onThread { [port] in
            let client = try SocketClient(port: port)
            try client.send(request.replacingOccurrences(of: "\n", with: "\r\n"))
            return try client.answer()
        }
    }

    func get(_ path: String) async throws -> String { try await ask("GET \(path) HTTP/1.1\nHost: localhost\n\n") }
    func post(_ path: String) async throws -> String { try await ask("POST \(path) HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n") }
}

/// Does what blocks on a thread of its own: the server needs those of the tasks.
func onThread<Value: Sendable>(_ work: @Sendable @escaping () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

/// Keeps messages, and finds where the server listens.
private struct ListeningLog: LogHandler {
    let messages: Shared<[String]>
    let port: @Sendable (UInt16) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        messages.withLock { $0.append("\(event.message)") }
        guard let url = event.metadata?["url"].map({ "\($0)" }).flatMap({ URL(string: $0) }), let number = url.port else { return }
        port(UInt16(number))
    }
}

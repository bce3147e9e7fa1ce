import PostwatchModel
import PostwatchRuntime

/// What a Redis server tells of itself in answer to `INFO`, under redis_exporter's names.
struct RedisCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "Redis"

    let name: String
    let settings: RedisSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let connection = try ServiceConnection(settings.address, timeout: timeout, clock: clock)
        try signIn(connection)
        let info = RedisInfo(try ask(["INFO", "everything"], connection))
        guard info["redis_version"] != nil else { throw connection.malformed("INFO without redis_version") }
        try? connection.send(Self.command(["QUIT"]))
        return ([up(true)] + info.measurements).map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    private func signIn(_ connection: ServiceConnection) throws(CollectionFailure) {
        guard let source = settings.password else { return }
        let password: Secret
        do {
            password = try source.read()
        } catch {
            throw .refused(service: "\(settings.address)", reason: error.description)
        }
        _ = try ask(["AUTH"] + (settings.username.map { [$0] } ?? []) + [password.reveal()], connection)
    }

    /// One command and its answer: a simple or a bulk string. Source: RESP2.
    private func ask(_ words: [String], _ connection: ServiceConnection) throws(CollectionFailure) -> String {
        try connection.send(Self.command(words))
        let line = try connection.line()
        switch line.first {
        case "+": return String(line.dropFirst())
        case "-": throw .refused(service: "\(settings.address)", reason: Self.advice(line.dropFirst()))
        case "$":
            guard let count = Int(line.dropFirst()), (0...(16 << 20)).contains(count) else { break }
            let bytes = try connection.bytes(count + 2)
            return String(decoding: bytes.dropLast(2), as: UTF8.self)
        default: break
        }
        throw connection.malformed("\"\(line.prefix(60))\" in answer to \(words[0])")
    }

    private static func command(_ words: [String]) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    private static func advice(_ error: Substring) -> String {
        switch error.prefix(while: { $0 != " " }) {
        case "NOAUTH": "it wants a password; give password_file, and username if there is an ACL"
        case "WRONGPASS": "the user or the password is wrong"
        case "NOPERM": "the user may not ask for INFO; give it +info"
        case "LOADING": "it is still loading its data"
        default: String(error.prefix(200))
        }
    }
}

import Foundation
import PostwatchModel
import PostwatchRuntime

/// Where samples are pushed to, and how: one section of `remote_write`. Names as in Prometheus' `<remote_write>`.
public struct RemoteWriteConfiguration: Hashable, Sendable {
    /// What proves to the receiver who is sending. Secrets are read anew for every request, so that they may be changed in place.
    public enum Credentials: Hashable, Sendable {
        case none
        case basic(username: String, password: SecretSource)
        /// `Authorization: <type> <secret>`; the usual type is `Bearer`.
        case authorization(type: String, secret: SecretSource)
    }

    /// Samples on disk that the receiver has not taken yet.
    public struct Buffer: Hashable, Sendable {
        /// Used by this forwarder alone.
        public var directory: String
        /// When it is full the oldest samples are dropped and counted. Default: 512 MiB.
        public var maximumBytes: Int

        public init(directory: String, maximumBytes: Int = 512 << 20) {
            self.directory = directory
            self.maximumBytes = maximumBytes
        }
    }

    /// `http` or `https`, with the path.
    public var url: String
    /// How long the receiver may be silent before the answer begins, and again before it ends. Default: 30 s.
    public var timeout: Duration
    public var headers: [String: String]
    public var credentials: Credentials
    public var buffer: Buffer

    public init(
        url: String, timeout: Duration = .seconds(30), headers: [String: String] = [:], credentials: Credentials = .none, buffer: Buffer
    ) {
        self.url = url
        self.timeout = timeout
        self.headers = headers
        self.credentials = credentials
        self.buffer = buffer
    }

    /// Reads `url`, `remote_timeout`, `headers`, `basic_auth`, `authorization`, `bearer_token_file` and `buffer`.
    /// - Parameter defaultBufferDirectory: taken when `buffer.directory` is absent.
    public init(_ section: ConfigurationSection, defaultBufferDirectory: String) {
        let example = "https://postwatch.example.org/api/v1/write"
        url = section.requiredText("url", like: example)
        if let parts = URL(string: url), parts.user != nil || parts.password != nil {
            // The address is logged.
            section.report("url", found: "a user name or a password in the address", write: "them into basic_auth")
        } else if !url.isEmpty && !Self.isUsable(url) {
            section.report("url", found: "\"\(url)\"", write: "an address such as \(example)")
        }
        timeout = section.duration("remote_timeout", default: .seconds(30), atLeast: .milliseconds(1))
        headers = section.textMap("headers")
        if let name = headers.keys.first(where: { Self.ownHeaders.contains($0.lowercased()) }) {
            section.report("headers", found: "the header \(name)", write: "only headers that the protocol does not set itself")
        }
        credentials = Self.credentials(section)
        buffer =
            section.section("buffer") { section in
                Buffer(
                    directory: section.text("directory") ?? defaultBufferDirectory,
                    maximumBytes: section.integer("max_bytes", default: 512 << 20, in: (1 << 20)...(1 << 50)))
            } ?? Buffer(directory: defaultBufferDirectory)
    }

    /// `timeout` as a timer takes it: at least 1.
    var timeoutMilliseconds: Int64 { max(1, timeout.wholeMilliseconds) }

    // MARK: - Private

    private static let ownHeaders = [
        "content-encoding", "content-type", "content-length", "host", "user-agent", "x-prometheus-remote-write-version",
    ]

    private static func isUsable(_ url: String) -> Bool {
        guard let parts = URL(string: url), let host = parts.host else { return false }
        return ["http", "https"].contains(parts.scheme) && !host.isEmpty
    }

    private static func credentials(_ section: ConfigurationSection) -> Credentials {
        let basic = section.section("basic_auth") { section -> Credentials in
            let username = section.requiredText("username", like: "postwatch")
            return SecretSource("password", of: section).map { .basic(username: username, password: $0) }
                ?? missing("password", of: section)
        }
        let authorization = section.section("authorization") { section -> Credentials in
            let type = section.text("type") ?? "Bearer"
            return SecretSource("credentials", of: section).map { .authorization(type: type, secret: $0) }
                ?? missing("credentials", of: section)
        }
        let bearer = SecretSource("bearer_token", of: section).map { Credentials.authorization(type: "Bearer", secret: $0) }
        let found = [basic, authorization, bearer].compactMap { $0 }
        if found.count > 1 {
            section.report(
                bearer == nil ? "authorization" : "bearer_token_file", found: "a second way to prove who is sending",
                write: "only one of basic_auth, authorization and bearer_token_file")
        }
        return found.first ?? .none
    }

    private static func missing(_ name: String, of section: ConfigurationSection) -> Credentials {
        section.report("\(name)_file", found: "nothing", write: "the path of a file that holds the secret")
        return .none
    }
}

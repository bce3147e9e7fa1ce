import Forwarding
import PostwatchModel
import PostwatchRuntime
import Testing

@Suite("A remote_write section")
struct RemoteWriteConfigurationTests {
    func read(_ text: String) throws -> RemoteWriteConfiguration {
        try ConfigurationSection.read(ConfigurationFile.parse(text, file: "f"), file: "f") {
            RemoteWriteConfiguration($0, defaultBufferDirectory: "/data/forward")
        }
    }

    @Test("needs no more than a url")
    func defaults() throws {
        let configuration = try read("url: https://example.org/api/v1/write")
        #expect(
            configuration == RemoteWriteConfiguration(url: "https://example.org/api/v1/write", buffer: .init(directory: "/data/forward")))
        #expect(configuration.timeout == .seconds(30))
        #expect(configuration.buffer.maximumBytes == 512 << 20)
    }

    @Test("reads Prometheus' keys")
    func everything() throws {
        let configuration = try read(
            """
            url: http://localhost:9090/api/v1/write
            remote_timeout: 5s
            headers: {X-Scope-OrgID: mail}
            authorization: {credentials_file: /etc/token}
            buffer: {directory: /var/buffer, max_bytes: 1048576}
            """)
        #expect(
            configuration
                == RemoteWriteConfiguration(
                    url: "http://localhost:9090/api/v1/write", timeout: .seconds(5), headers: ["X-Scope-OrgID": "mail"],
                    credentials: .authorization(type: "Bearer", secret: .file("/etc/token")),
                    buffer: .init(directory: "/var/buffer", maximumBytes: 1 << 20)))
        #expect(
            try read("url: http://h/\nbasic_auth: {username: a, password_file: /p}").credentials
                == .basic(username: "a", password: .file("/p")))
        #expect(
            try read("url: http://h/\nbearer_token_file: /t").credentials == .authorization(type: "Bearer", secret: .file("/t")))
    }

    @Test(
        "reports what is wrong with it",
        arguments: [
            ("remote_timeout: 1s", "url"), ("url: example.org", "url"), ("url: ftp://example.org/", "url"),
            ("url: https://agent:secret@example.org/", "url"),
            ("url: http://h/\nheaders: {content-type: x}", "headers"),
            ("url: http://h/\nbasic_auth: {username: a}", "basic_auth.password_file"),
            ("url: http://h/\nbearer_token_file: /t\nauthorization: {credentials_file: /c}", "bearer_token_file"),
            ("url: http://h/\nbuffer: {max_bytes: 5}", "buffer.max_bytes"), ("url: http://h/\nproxy: x", "proxy"),
        ])
    func faults(text: String, path: String) {
        let faults = #expect(throws: ConfigurationFaults.self) { try read(text) }
        #expect(faults?.faults.map(\.path) == [path])
    }
}

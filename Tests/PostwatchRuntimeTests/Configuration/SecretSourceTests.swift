import Foundation
import PostwatchModel
import Testing

@testable import PostwatchRuntime

@Suite("The source of a secret")
struct SecretSourceTests {
    @Test(
        "is a file or an environment variable",
        arguments: [
            ("password_file: /run/secret", SecretSource.file("/run/secret")), ("password_env: PASSWORD", .environment("PASSWORD")),
            ("{}", nil),
        ])
    func sources(yaml: String, source: SecretSource?) throws {
        let node = try ConfigurationFile.parse(yaml, file: "f.yml")
        #expect(try ConfigurationSection.read(node, file: "f.yml") { SecretSource("password", of: $0) } == source)
    }

    @Test(
        "is never the configuration itself, and never two places",
        arguments: [
            ("password: hunter2", "password"), ("password_file: a\npassword_env: B", "password_env"),
        ])
    func faults(yaml: String, path: String) throws {
        let node = try ConfigurationFile.parse(yaml, file: "f.yml")
        do throws(ConfigurationFaults) {
            _ = try ConfigurationSection.read(node, file: "f.yml") { SecretSource("password", of: $0) }
            Issue.record("no fault was found")
        } catch {
            #expect(error.faults.map(\.path) == [path])
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test(
        "leaves one line ending at the end of a file out",
        arguments: [("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("hunter2\n\n", "hunter2\n"), ("\n", "")])
    func file(content: String, secret: String) throws {
        let path = try temporaryFile(content)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SecretSource.file(path).read().reveal() == secret)
    }

    @Test("says which source cannot be read")
    func unreadable() throws {
        let missing = NSTemporaryDirectory() + "postwatch-\(UUID().uuidString)"
        #expect(
            throws: SecretSource.Unreadable(description: "the secret file \(missing) cannot be read; create it, readable by this user")
        ) { try SecretSource.file(missing).read() }
        #expect(throws: SecretSource.Unreadable(description: "the environment variable POSTWATCH_NOT_SET is not set")) {
            try SecretSource.environment("POSTWATCH_NOT_SET").read()
        }
    }

    @Test("reads the environment")
    func environment() throws {
        setenv("POSTWATCH_TEST_SECRET", "hunter2", 1)
        defer { unsetenv("POSTWATCH_TEST_SECRET") }
        #expect(try SecretSource.environment("POSTWATCH_TEST_SECRET").read().reveal() == "hunter2")
    }
}

import Foundation
import MailClient
import TestSupport

/// A Radicale of one test on a free port: the user `ann` with a calendar and an address book.
final class PrivateRadicale {
    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    static let password = "open sesame"

    let port = FreePort.next()
    private let directory = TestDirectory()
    private let child: ChildProcess

    /// Returns when it listens.
    static func start() async throws -> PrivateRadicale {
        let radicale = try PrivateRadicale()
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while !FreePort.isListening(radicale.port) {
            guard clock.now < deadline, radicale.child.isRunning else { throw NotReady(description: radicale.child.output) }
            try await clock.sleep(for: .milliseconds(20))
        }
        return radicale
    }

    /// Names of the items in `calendar` or `contacts`.
    func items(in collection: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(collection))) ?? []).filter { !$0.hasPrefix(".") }
    }

    func write(_ text: String, to name: String, in collection: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(collection) + "/" + name))
    }

    // MARK: - Private

    private init() throws {
        let program = "/usr/bin/radicale"
        guard access(program, X_OK) == 0 else {
            throw NotReady(description: "\(program) is missing; testbed/install installs Debian's package radicale")
        }
        let root = directory.path
        try directory.write(Array("ann:\(Self.password)\n".utf8), to: "users")
        let configuration = """
            [server]
            hosts = 127.0.0.1:\(port)
            [auth]
            type = htpasswd
            htpasswd_filename = \(root)/users
            htpasswd_encryption = plain
            delay = 0
            [storage]
            filesystem_folder = \(root)/collections
            [rights]
            type = owner_only

            """
        try directory.write(Array(configuration.utf8), to: "config")
        child = try ChildProcess(program, ["--config", root + "/config"], log: root + "/log")
        for (name, properties) in [
            "calendar": "{\"tag\": \"VCALENDAR\", \"D:displayname\": \"Private\"}",
            "contacts": "{\"tag\": \"VADDRESSBOOK\", \"D:displayname\": \"Friends\"}",
        ] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
            try write(properties, to: ".Radicale.props", in: name)
        }
    }

    private func path(_ collection: String) -> String { "\(directory.path)/collections/collection-root/ann/\(collection)" }
}

import Foundation
import TestSupport

@testable import Collectors

/// A real PostgreSQL from Debian's package, on a unix socket in a directory of its own. The user `monitor` (password `s3cret`) may see the
/// statistics, the user `stranger` (password `s3cret`) may not.
final class RealPostgreSQL {
    static let host = "\(LoopbackNetwork.prefix).54.33"

    let service: RealService

    /// - Parameters:
    ///   - standby: Starts it as a standby that waits for its primary.
    ///   - port: It listens there too, at `host`, and wants encryption; `certificate.pem` in the directory is its certificate.
    ///   - primary: It is made a standby of this server, which runs, and follows it.
    init(standby: Bool = false, port: Int? = nil, following primary: RealPostgreSQL? = nil) throws {
        let programs = try Self.programs()
        let isRoot = geteuid() == 0
        // It refuses to run as root.
        let prefix = isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        let server = prefix + ["\(programs)/postgres"]
        service = try RealService(server[0], package: "postgresql-15") { directory in
            if isRoot { try ChildProcess.run("/bin/chown", ["postgres", directory]) }
            let data = "\(directory)/data"
            if let primary {
                try Self.copy(primary, to: data, prefix: prefix)
            } else {
                try Self.make(data, in: directory, programs: programs, prefix: prefix)
            }
            try Data("s3cret\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/secret"))
            if standby {
                try Data().write(to: URL(fileURLWithPath: "\(data)/standby.signal"))
                if isRoot { try ChildProcess.run("/bin/chown", ["postgres", "\(data)/standby.signal"]) }
            }
            if port != nil {
                try DatabaseCertificate.make(for: Self.host, in: directory)
                if isRoot { try ChildProcess.run("/bin/chown", ["postgres", "\(directory)/key.pem"]) }
                try Data("local all all scram-sha-256\nhostssl all all 127.0.0.0/8 scram-sha-256\n".utf8)
                    .write(to: URL(fileURLWithPath: "\(directory)/hba"))
                try ChildProcess.run("/bin/chmod", ["644", "\(directory)/hba"])
            }
        } _: { directory in
            var settings = [
                "unix_socket_directories=\(directory)", "fsync=off", "max_connections=23", "restore_command=false", "shared_buffers=4MB",
                "listen_addresses=\(port == nil ? "" : Self.host)",
            ]
            if let port {
                settings += [
                    "port=\(port)", "ssl=on", "ssl_cert_file=\(directory)/certificate.pem", "ssl_key_file=\(directory)/key.pem",
                    "hba_file=\(directory)/hba",
                ]
            }
            return server.dropFirst() + ["-D", "\(directory)/data"] + settings.flatMap { ["-c", $0] }
        }
    }

    func settings(username: String = "monitor", password: String = "secret") -> PostgreSQLSettings {
        let directory = service.directory.path
        return PostgreSQLSettings(
            address: .local(path: directory), username: username, password: .file("\(directory)/\(password)"), labels: ["use": "mail"])
    }

    /// Process ids of the server's processes that serve the user `monitor`.
    func backends() throws -> [pid_t] {
        let file = "\(service.directory.path)/backends-\(UUID().uuidString)"
        try run("COPY (SELECT pid FROM pg_stat_activity WHERE usename = 'monitor') TO '\(file)'")
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { pid_t($0) }
    }

    /// Runs a statement as the owner.
    func run(_ statement: String) throws {
        try ChildProcess.run(
            "\(Self.programs())/psql", ["-X", "-h", service.directory.path, "-U", "owner", "-c", statement, "postgres"],
            environment: ["PGPASSWORD": "owner"])
    }

    // MARK: - Private

    /// A cluster with the users.
    private static func make(_ data: String, in directory: String, programs: String, prefix: [String]) throws {
        let initdb = prefix + ["\(programs)/initdb", "-D", data, "-A", "scram-sha-256", "-U", "owner", "-N", "--no-instructions"]
        try ChildProcess.run(
            "/bin/sh",
            ["-c", "cd / && echo owner > \"$0/password\" && shift 0 && exec \"$@\" --pwfile=\"$0/password\"", directory] + initdb)
        let roles =
            "CREATE ROLE monitor LOGIN PASSWORD 's3cret' IN ROLE pg_monitor; CREATE ROLE stranger LOGIN PASSWORD 's3cret';"
        try ChildProcess.run(
            "/bin/sh",
            ["-c", "cd / && echo \"$0\" | \"$@\"", roles] + prefix + ["\(programs)/postgres"] + [
                "--single", "-D", data, "-c", "fsync=off", "-c", "max_connections=23", "postgres",
            ])
    }

    /// A copy of a running server that is a standby of it from its first start.
    private static func copy(_ primary: RealPostgreSQL, to data: String, prefix: [String]) throws {
        let command =
            prefix + [
                "\(try programs())/pg_basebackup", "-D", data, "-h", primary.service.directory.path, "-U", "owner", "-R", "-c", "fast",
            ]
        try ChildProcess.run("/bin/sh", ["-c", "cd / && exec \"$0\" \"$@\""] + command, environment: ["PGPASSWORD": "owner"])
    }

    private static func programs() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        guard let newest = versions.max(), access("\(root)/\(newest)/bin/postgres", X_OK) == 0 else {
            throw RealService.NotReady(description: "\(root) is missing; testbed/install installs Debian's package postgresql-15")
        }
        return "\(root)/\(newest)/bin"
    }
}

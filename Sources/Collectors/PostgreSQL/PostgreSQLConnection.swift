import CPostgreSQL
import Glibc
import PostwatchModel
import PostwatchRuntime

/// A connection to a PostgreSQL that never waits beyond a deadline. Blocks the calling thread; closed when let go.
/// Source: PostgreSQL documentation, "libpq", the chapters "Database Connection Control" and "Asynchronous Command Processing".
final class PostgreSQLConnection {
    private let settings: PostgreSQLSettings
    private let library: PostgreSQLLibrary
    private let handle: OpaquePointer

    init(_ settings: PostgreSQLSettings, _ deadline: ServiceDeadline, clock: any Clock<Duration>) throws(CollectionFailure) {
        self.settings = settings
        library = try PostgreSQLLibrary()
        let parameters = try Self.parameters(settings)
        let names: [String?] = parameters.map(\.name) + [nil]
        let values: [String?] = parameters.map(\.value) + [nil]
        let handle = withCTexts(names) { [library] names in withCTexts(values) { values in library.connectStart(names, values, 0) } }
        guard let handle else { throw .refused(service: "\(settings.address)", reason: "libpq had no memory") }
        self.handle = handle
        // Otherwise what a server remarks would be printed among our own log lines.
        _ = library.setNoticeProcessor(handle, { _, _ in }, nil)
        try connect(deadline, clock)
    }

    deinit {
        // Says goodbye without waiting for an answer.
        library.finish(handle)
    }

    /// Sends one statement, or several of which the last answers.
    func answer(to statement: String, _ deadline: ServiceDeadline) throws(CollectionFailure) -> StatementAnswer {
        let what = "\(settings.address): its answer was awaited"
        guard withCTexts([statement], { [library, handle] in library.sendQuery(handle, $0[0]) }) == 1 else { throw lost }
        // Row by row, so that an answer without end takes no memory without end.
        _ = library.setSingleRowMode(handle)
        try flush(deadline)
        var rows = StatementRows()
        var error: String?
        while true {
            while library.isBusy(handle) == 1 {
                try deadline.wait(library.socket(handle), Int16(POLLIN), what)
                guard library.consumeInput(handle) == 1 else { throw lost }
            }
            guard let result = library.result(handle) else { break }
            defer { library.clear(result) }
            switch library.resultStatus(result) {
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK, PGRES_COMMAND_OK: try read(result, into: &rows)
            case PGRES_FATAL_ERROR: error = Self.text(library.resultError(result))
            case let status: throw malformed("the status \(status.rawValue) of a result")
            }
            try deadline.check(what)
        }
        // The last words of a server that shuts down are an error too.
        guard library.status(handle) == CONNECTION_OK else { throw lost }
        return error.map { .failed($0) } ?? .rows(rows.rows)
    }

    // MARK: - Private

    private static func parameters(_ settings: PostgreSQLSettings) throws(CollectionFailure) -> [(name: String, value: String?)] {
        let password: Secret?
        do {
            password = try settings.password?.read()
        } catch {
            throw .refused(service: "\(settings.address)", reason: error.description)
        }
        let host: String
        let port: String
        switch settings.address {
        case .internet(let name, let number): (host, port) = (name, "\(number)")
        case .local(let path):
            let file = path.split(separator: "/").last ?? ""
            // The directory keeps its slash, which is what tells libpq a directory from a name.
            (host, port) = (String(path.dropLast(file.count)), String(file.drop { $0 != "L" }.dropFirst(2)))
        }
        return [
            ("host", host), ("port", port), ("user", settings.username), ("password", password?.reveal()), ("dbname", settings.database),
            ("sslmode", settings.sslMode.rawValue), ("sslrootcert", settings.authorityFile), ("application_name", "postwatch"),
            ("client_encoding", "UTF8"),
            // Kerberos would ask servers of its own, and wait for them as long as it likes.
            ("gssencmode", "disable"),
        ].filter { $0.1 != nil }
    }

    private func connect(_ deadline: ServiceDeadline, _ clock: any Clock<Duration>) throws(CollectionFailure) {
        var polling = library.status(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        var isReached = false
        while polling != PGRES_POLLING_OK {
            guard polling == PGRES_POLLING_READING || polling == PGRES_POLLING_WRITING else {
                throw isReached ? refusal : unreachable(deadline, clock)
            }
            try deadline.wait(
                library.socket(handle), Int16(polling == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                isReached ? "\(settings.address): it was asked to let the agent in" : "\(settings.address) was asked for a connection")
            polling = library.connectPoll(handle)
            isReached = isReached || ![CONNECTION_BAD, CONNECTION_NEEDED, CONNECTION_STARTED].contains(library.status(handle))
        }
        // Or else saying goodbye would wait for a server that hangs.
        _ = library.setNonBlocking(handle, 1)
    }

    private func flush(_ deadline: ServiceDeadline) throws(CollectionFailure) {
        while true {
            switch library.flush(handle) {
            case 0: return
            case 1:
                let found = try deadline.wait(library.socket(handle), Int16(POLLIN | POLLOUT), "\(settings.address): it was asked")
                // What it says in between must be taken, or else both may wait for each other.
                if found & Int16(POLLIN) != 0, library.consumeInput(handle) != 1 { throw lost }
            default: throw lost
            }
        }
    }

    private func read(_ result: OpaquePointer, into rows: inout StatementRows) throws(CollectionFailure) {
        let columns = 0..<max(0, min(library.columnCount(result), 64))
        for row in 0..<max(0, library.rowCount(result)) {
            var fields: [String: Substring] = [:]
            for column in columns where library.isNull(result, row, column) == 0 {
                guard let name = library.columnName(result, column), let value = library.value(result, row, column) else { continue }
                let bytes = UnsafeRawBufferPointer(start: value, count: Int(library.length(result, row, column)))
                fields[String(cString: name)] = StatementAnswer.value(bytes)
            }
            do throws(StatementRows.Excess) {
                try rows.add(fields)
            } catch {
                throw malformed(error.description)
            }
        }
    }

    private var error: String { Self.text(library.connectionError(handle)) }

    private var lost: CollectionFailure { .unreachable(socket: "\(settings.address)", reason: "the connection was lost: \(error)") }

    private func malformed(_ found: String) -> CollectionFailure {
        .malformed(source: "the answer of \(settings.address)", found: found)
    }

    private var refusal: CollectionFailure {
        if library.needsPassword(handle) == 1 {
            return .refused(service: "\(settings.address)", reason: "it wants a password; give password_file or password_env")
        }
        // libpq puts before it which connection this was, and in which of several attempts.
        let words = error.ranges(of: "FATAL: ").last.map { String(error[$0.upperBound...]) } ?? error
        return .refused(service: "\(settings.address)", reason: words + Self.advice(words))
    }

    /// Nobody took the connection; our own attempt tells why in the words of the other collectors.
    private func unreachable(_ deadline: ServiceDeadline, _ clock: any Clock<Duration>) -> CollectionFailure {
        do {
            _ = try ServiceConnection(settings.address, timeout: deadline.remaining, clock: clock)
            return .unreachable(socket: "\(settings.address)", reason: error)
        } catch {
            return error
        }
    }

    private static func advice(_ words: String) -> String {
        if words.contains("password authentication failed") { return "; username or password is wrong" }
        if words.contains("pg_hba.conf") { return "; add a line for the user to pg_hba.conf" }
        if words.contains("authentication failed") { return "; set username to whom this authentication lets in" }
        return ""
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        let text = pointer.map { StatementAnswer.sentence(String(cString: $0)) } ?? ""
        return text.hasPrefix("ERROR: ") ? String(text.dropFirst(7)) : text
    }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        text(pointer.map { UnsafePointer($0) })
    }
}

import CMariaDB
import Glibc
import PostwatchModel
import PostwatchRuntime

/// A connection to a MySQL or MariaDB that never waits beyond a deadline. Blocks the calling thread; closed when let go.
/// Source: MariaDB documentation, "Using the Non-Blocking Library".
final class MySQLConnection {
    private let settings: MySQLSettings
    private let library: MySQLLibrary
    private let handle: UnsafeMutablePointer<MYSQL>

    init(_ settings: MySQLSettings, _ deadline: ServiceDeadline, clock: any Clock<Duration>) throws(CollectionFailure) {
        self.settings = settings
        library = try MySQLLibrary()
        guard let handle = library.initialise(nil) else {
            throw .refused(service: "\(settings.address)", reason: "libmariadb had no memory")
        }
        self.handle = handle
        setOptions(deadline)
        try connect(deadline, clock)
    }

    deinit {
        library.close(handle)
    }

    /// `10.11.19-MariaDB-0+deb12u1`
    var version: String { library.serverInfo(handle).map { String(cString: $0) } ?? "" }

    /// 101119 for 10.11.19.
    var versionNumber: Int { Int(library.serverVersion(handle)) }

    func answer(to statement: String, _ deadline: ServiceDeadline) throws(CollectionFailure) -> StatementAnswer {
        var failed: Int32 = 0
        try withCTexts([statement]) { [library, handle] texts throws(CollectionFailure) in
            let waiting = library.queryStart(&failed, handle, texts[0], UInt(statement.utf8.count))
            try finish(waiting, deadline, answering) { library.queryContinue(&failed, handle, $0) }
        }
        guard failed == 0 else { return .failed(try words()) }
        guard let result = library.useResult(handle) else { return library.errorNumber(handle) == 0 ? .rows([]) : .failed(try words()) }
        // Letting go of an answer reads it to its end, so there must be one.
        defer { library.freeResult(result) }
        do throws(CollectionFailure) {
            let rows = try read(result, deadline)
            return library.errorNumber(handle) == 0 ? .rows(rows) : .failed(try words())
        } catch {
            shutdown(library.socket(handle), Int32(SHUT_RDWR))
            throw error
        }
    }

    // MARK: - Private

    private var answering: String { "\(settings.address): its answer was awaited" }

    private func setOptions(_ deadline: ServiceDeadline) {
        // The library does its work on a stack of its own; its default is too small for some resolvers and for TLS.
        set(MYSQL_OPT_NONBLOCK, 256 << 10 as Int)
        var isLocal: UInt32 = 1
        if case .local = settings.address { isLocal = 2 }
        // TCP or a unix socket, whatever the name of the host. Source: `enum mysql_protocol_type`.
        set(MYSQL_OPT_PROTOCOL, isLocal)
        // A second line of defence, where the library waits by itself.
        let seconds = UInt32(clamping: deadline.timeout.wholeMilliseconds / 1000 + 1)
        for option in [MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT] { set(option, seconds) }
        set(MYSQL_OPT_MAX_ALLOWED_PACKET, 1 << 20 as UInt)
        // A server could ask for any file of this machine.
        set(MYSQL_OPT_LOCAL_INFILE, 0 as UInt32)
        // And for the password itself.
        set(MARIADB_OPT_RESTRICTED_AUTH, "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password")
        set(MYSQL_SET_CHARSET_NAME, "utf8mb4")
        set(MYSQL_OPT_SSL_ENFORCE, settings.tls == nil ? 0 : 1 as CChar)
        set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, settings.tls.map { !$0.skipsVerification } == true ? 1 : 0 as CChar)
        if let file = settings.tls?.authorityFile { set(MYSQL_OPT_SSL_CA, file) }
    }

    private func set<Value: BitwiseCopyable>(_ option: mysql_option, _ value: Value) {
        _ = withUnsafePointer(to: value) { library.setOption(handle, option, $0) }
    }

    private func set(_ option: mysql_option, _ text: String) {
        _ = withCTexts([text]) { library.setOption(handle, option, $0[0]) }
    }

    private func connect(_ deadline: ServiceDeadline, _ clock: any Clock<Duration>) throws(CollectionFailure) {
        let password: Secret?
        do {
            password = try settings.password?.read()
        } catch {
            throw .refused(service: "\(settings.address)", reason: error.description)
        }
        var host: String?
        var port: UInt32 = 0
        var path: String?
        switch settings.address {
        case .internet(let name, let number): (host, port) = (name, UInt32(clamping: number))
        case .local(let socket): path = socket
        }
        var connected: UnsafeMutablePointer<MYSQL>?
        // The library keeps the pointers until it is done.
        try withCTexts([host, settings.username, password?.reveal(), path]) { [library, handle] texts throws(CollectionFailure) in
            let waiting = library.connectStart(&connected, handle, texts[0], texts[1], texts[2], nil, port, texts[3], 0)
            try finish(waiting, deadline, "\(settings.address): it was asked to let the agent in") {
                library.connectContinue(&connected, handle, $0)
            }
        }
        if connected == nil { throw refusal(deadline, clock) }
    }

    private func read(
        _ result: UnsafeMutablePointer<MYSQL_RES>, _ deadline: ServiceDeadline
    ) throws(CollectionFailure) -> [[String: Substring]] {
        let count = min(Int(library.numberOfFields(result)), 256)
        guard let fields = library.fields(result) else { return [] }
        let names = (0..<count).map { fields[$0].name.map { String(cString: $0) } ?? "" }
        var rows = StatementRows()
        while true {
            var row: MYSQL_ROW?
            let waiting = library.fetchStart(&row, result)
            try finish(waiting, deadline, answering) { [library] in library.fetchContinue(&row, result, $0) }
            guard let row, let lengths = library.lengths(result) else { return rows.rows }
            var values: [String: Substring] = [:]
            for (column, name) in names.enumerated() {
                guard let value = row[column] else { continue }
                values[name] = StatementAnswer.value(UnsafeRawBufferPointer(start: value, count: Int(lengths[column])))
            }
            do throws(StatementRows.Excess) {
                try rows.add(values)
            } catch {
                throw .malformed(source: "the answer of \(settings.address)", found: error.description)
            }
            // A server that talks without pause is never waited for.
            try deadline.check(answering)
        }
    }

    /// Waits for what the library waits for, and lets it go on, until it is done. When the time is over the library is told so, and ends
    /// what it was about: it must not be left in the middle.
    private func finish(
        _ first: Int32, _ deadline: ServiceDeadline, _ what: String, resume: (Int32) -> Int32
    ) throws(CollectionFailure) {
        var waiting = first
        var failure: CollectionFailure?
        // What it still does after the end is a handful of steps; more would be a library that does not want to end.
        var stepsAfterEnd = 0
        while waiting != 0, stepsAfterEnd < 100 {
            if failure == nil {
                do throws(CollectionFailure) {
                    let found = try deadline.wait(library.socket(handle), Self.events(waiting), what)
                    waiting = resume(Self.occurred(found, waiting))
                    continue
                } catch {
                    failure = error
                }
            }
            stepsAfterEnd += 1
            waiting = resume(Int32(MYSQL_WAIT_TIMEOUT))
        }
        if let failure { throw failure }
    }

    private static func events(_ waiting: Int32) -> Int16 {
        var events: Int32 = 0
        if waiting & Int32(MYSQL_WAIT_READ) != 0 { events |= POLLIN }
        if waiting & Int32(MYSQL_WAIT_WRITE) != 0 { events |= POLLOUT }
        if waiting & Int32(MYSQL_WAIT_EXCEPT) != 0 { events |= POLLPRI }
        return Int16(events)
    }

    private static func occurred(_ found: Int16, _ waiting: Int32) -> Int32 {
        // An error is seen by trying.
        let isBroken = Int32(found) & (POLLERR | POLLHUP | POLLNVAL) != 0
        var occurred: Int32 = isBroken ? waiting & Int32(MYSQL_WAIT_READ | MYSQL_WAIT_WRITE) : 0
        if Int32(found) & POLLIN != 0 { occurred |= Int32(MYSQL_WAIT_READ) }
        if Int32(found) & POLLOUT != 0 { occurred |= Int32(MYSQL_WAIT_WRITE) }
        if Int32(found) & POLLPRI != 0 { occurred |= Int32(MYSQL_WAIT_EXCEPT) }
        return occurred & waiting
    }

    private var error: String { library.error(handle).map { StatementAnswer.sentence(String(cString: $0)) } ?? "" }

    /// The server's own words, or a failure where it was the connection that failed: those numbers are the client's own.
    private func words() throws(CollectionFailure) -> String {
        guard !(2000..<3000).contains(library.errorNumber(handle)) else {
            throw .unreachable(socket: "\(settings.address)", reason: "the connection was lost: \(error)")
        }
        return error
    }

    private func refusal(_ deadline: ServiceDeadline, _ clock: any Clock<Duration>) -> CollectionFailure {
        switch Int32(library.errorNumber(handle)) {
        case CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_UNKNOWN_HOST, CR_SOCKET_CREATE_ERROR, CR_IPSOCK_ERROR, CR_SERVER_GONE_ERROR,
            CR_SERVER_LOST:
            // Our own attempt tells why in the words of the other collectors.
            do {
                _ = try ServiceConnection(settings.address, timeout: deadline.remaining, clock: clock)
                return .unreachable(socket: "\(settings.address)", reason: error)
            } catch {
                return error
            }
        case 1045, 1698:
            let remedy = "username or password is wrong, or the user may not come from this machine"
            return .refused(service: "\(settings.address)", reason: "\(error); \(remedy)")
        case 1129:
            return .refused(service: "\(settings.address)", reason: "\(error); run FLUSH HOSTS once the reason is gone")
        default: return .refused(service: "\(settings.address)", reason: error)
        }
    }
}

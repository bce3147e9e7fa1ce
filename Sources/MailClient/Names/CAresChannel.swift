import CAres
import MailWire
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One set of questions to name servers through c-ares. Belongs to one thread and blocks it.
final class CAresChannel {
    private let channel: ares_channel
    private let server: String

    /// Throws `unusable` when c-ares cannot start or a server is no address.
    init(servers: [Endpoint]) throws(ResolveFailure) {
        guard Self.libraryStatus == ARES_SUCCESS else { throw .unusable(reason: "c-ares could not be started") }
        var options = ares_options()
        options.timeout = Self.tryTimeoutMilliseconds
        options.tries = Self.tries
        var mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
        // With servers of our own neither the host file nor search domains may answer for them.
        let lookups = Array("b".utf8CString)
        if !servers.isEmpty {
            options.flags = ARES_FLAG_NOSEARCH
            // Otherwise c-ares takes SERVFAIL and REFUSED for silence; where there is no other server to ask that hides the cause.
            if servers.count == 1 { options.flags |= ARES_FLAG_NOCHECKRESP }
            mask |= ARES_OPT_LOOKUPS | ARES_OPT_FLAGS
        }
        var channel: ares_channel?
        let status = lookups.withUnsafeBufferPointer { text in
            // c-ares copies the text and does not write to it.
            options.lookups = UnsafeMutablePointer(mutating: text.baseAddress)
            return ares_init_options(&channel, &options, mask)
        }
        guard status == ARES_SUCCESS, let channel else { throw .unusable(reason: "c-ares could not be set up") }
        self.channel = channel
        self.server = Self.description(of: servers)
        guard !servers.isEmpty else { return }
        let list = servers.map(\.description).joined(separator: ",")
        guard ares_set_servers_ports_csv(channel, list) == ARES_SUCCESS else {
            throw .unusable(reason: "the name server \(list) is not an address with a port")
        }
    }

    deinit { ares_destroy(channel) }

    /// Who is asked, as a sentence's subject.
    static func description(of servers: [Endpoint]) -> String {
        switch servers.count {
        case 0: "the system's name server"
        case 1: "the name server \(servers[0])"
        default: "each of the name servers \(servers.map(\.description).joined(separator: ", "))"
        }
    }

    func addresses(of host: String, port: Int, before deadline: NIODeadline) throws(ResolveFailure) -> [SocketAddress] {
        let question = Question<[SocketAddress]>()
        var hints = ares_addrinfo_hints()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        ares_getaddrinfo(
            channel, host, String(port), &hints,
            { argument, status, _, result in
                defer { ares_freeaddrinfo(result) }
                Question<[SocketAddress]>.from(argument)?.finish(status) { CAresChannel.addresses(in: result) }
            }, question.argument)
        let addresses = try wait(for: question, name: host, kind: "A or AAAA", before: deadline)
        guard !addresses.isEmpty else { throw .noRecord(host, kind: "A or AAAA") }
        return addresses
    }

    func mailExchangers(of domain: String, before deadline: NIODeadline) throws(ResolveFailure) -> [MailExchanger] {
        let question = Question<[MailExchanger]>()
        ares_query(
            channel, domain, Int32(ns_c_in.rawValue), Int32(ns_t_mx.rawValue),
            { argument, status, _, bytes, count in
                Question<[MailExchanger]>.from(argument)?.finish(status) { CAresChannel.mailExchangers(in: bytes, count) }
            }, question.argument)
        let exchangers: [MailExchanger]
        do throws(ResolveFailure) {
            exchangers = try wait(for: question, name: domain, kind: "MX", before: deadline)
        } catch {
            guard case .noRecord = error else { throw error }
            return [MailExchanger(host: domain, preference: 0)]
        }
        if exchangers.count == 1, exchangers[0].host.isEmpty || exchangers[0].host == "." { throw .takesNoMail(domain) }
        return exchangers.isEmpty ? [MailExchanger(host: domain, preference: 0)] : exchangers
    }

    /// Without the rule that a domain without MX records takes its mail itself. Relative names are completed by search domains.
    func records(of name: String, _ kind: NameRecord.Kind, before deadline: NIODeadline) throws(ResolveFailure) -> [NameRecord] {
        let question = Question<[NameRecord]>()
        let here = Int32(ns_c_in.rawValue)
        switch kind {
        case .service:
            ares_search(
                channel, name, here, Int32(ns_t_srv.rawValue),
                { argument, status, _, bytes, count in
                    Question<[NameRecord]>.from(argument)?.finish(status) { NameRecord.services(in: bytes, count) }
                }, question.argument)
        case .mailExchanger:
            ares_search(
                channel, name, here, Int32(ns_t_mx.rawValue),
                { argument, status, _, bytes, count in
                    Question<[NameRecord]>.from(argument)?.finish(status) {
                        CAresChannel.mailExchangers(in: bytes, count)?.map { .mailExchanger(host: $0.host) }
                    }
                }, question.argument)
        case .nameServer:
            ares_search(
                channel, name, here, Int32(ns_t_ns.rawValue),
                { argument, status, _, bytes, count in
                    Question<[NameRecord]>.from(argument)?.finish(status) { NameRecord.nameServers(in: bytes, count) }
                }, question.argument)
        }
        let records = try wait(for: question, name: name, kind: kind.rawValue, before: deadline)
        guard !records.isEmpty else { throw .noRecord(name, kind: kind.rawValue) }
        return records
    }

    /// The whole answer, whatever its code. The name is asked for as it stands, without search domains. Asks the name server to say
    /// whether it has validated the answer (RFC 6840, section 5.7).
    func answer(to name: String, _ type: DNSType, before deadline: NIODeadline) throws(ResolveFailure) -> DNSMessage {
        var query: UnsafeMutablePointer<UInt8>?
        var length: Int32 = 0
        let status = ares_create_query(
            name, Int32(ns_c_in.rawValue), Int32(type.rawValue), UInt16.random(in: 0...(.max)), 1, &query, &length, 0)
        guard status == ARES_SUCCESS, let query, length > 3 else {
            throw .unusable(reason: "\(name) is not a name that can be asked for")
        }
        defer { ares_free_string(query) }
        query[3] |= 0x20
        let question = Question<Result<DNSMessage, WireFault>>()
        ares_send(
            channel, query, length,
            { argument, status, _, bytes, count in
                Question<Result<DNSMessage, WireFault>>.from(argument)?.finish(status) {
                    let message = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
                    return Result { () throws(WireFault) in try DNSMessage(message) }
                }
            }, question.argument)
        switch try wait(for: question, name: name, kind: "\(type)", before: deadline) {
        case .success(let message): return message
        case .failure(let fault): throw .serverFailed(name, server: server, reason: "it sent \(fault)")
        }
    }

    // MARK: - Private

    private static let tryTimeoutMilliseconds: Int32 = 1500
    private static let tries: Int32 = 3
    private static let libraryStatus = ares_library_init(ARES_LIB_INIT_ALL)

    /// An answer on its way out of C.
    private final class Question<Value> {
        private(set) var outcome: (status: Int32, value: Value?)?

        /// Not retained: the question outlives the channel's use, since `wait` only returns when the callback has run.
        var argument: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

        static func from(_ argument: UnsafeMutableRawPointer?) -> Question? {
            argument.map { Unmanaged<Question>.fromOpaque($0).takeUnretainedValue() }
        }

        func finish(_ status: Int32, _ value: () -> Value?) {
            outcome = (status, status == ARES_SUCCESS ? value() : nil)
        }
    }

    private func wait<Value>(
        for question: Question<Value>, name: String, kind: String, before deadline: NIODeadline
    ) throws(ResolveFailure) -> Value {
        while question.outcome == nil {
            let remaining = (deadline - .now()).nanoseconds / 1_000_000
            if remaining <= 0 {
                ares_cancel(channel)
                break
            }
            turn(milliseconds: Int32(min(remaining + 1, 250)))
        }
        guard let outcome = question.outcome else { throw .timedOut(name, server: server) }
        if let value = outcome.value { return value }
        switch outcome.status {
        case ARES_ENOTFOUND: throw .noSuchName(name)
        case ARES_ENODATA: throw .noRecord(name, kind: kind)
        case ARES_ETIMEOUT, ARES_ECANCELLED: throw .timedOut(name, server: server)
        default: throw .serverFailed(name, server: server, reason: String(cString: ares_strerror(outcome.status)).lowercased())
        }
    }

    /// Waits for one of the channel's sockets, at most as long as given, and lets c-ares work.
    private func turn(milliseconds: Int32) {
        var sockets = [ares_socket_t](repeating: -1, count: Int(ARES_GETSOCK_MAXNUM))
        let mask = UInt32(bitPattern: ares_getsock(channel, &sockets, ARES_GETSOCK_MAXNUM))
        var polled: [pollfd] = []
        for (index, socket) in sockets.enumerated() {
            let isReadable = mask & (1 << UInt32(index)) != 0
            let isWritable = mask & (1 << UInt32(index + Int(ARES_GETSOCK_MAXNUM))) != 0
            guard isReadable || isWritable else { continue }
            polled.append(pollfd(fd: socket, events: Int16((isReadable ? POLLIN : 0) | (isWritable ? POLLOUT : 0)), revents: 0))
        }
        var most = timeval(tv_sec: 0, tv_usec: numericCast(milliseconds) * 1000)
        var own = timeval()
        var wait = milliseconds
        if let soonest = ares_timeout(channel, &most, &own) {
            wait = min(milliseconds, Int32(soonest.pointee.tv_sec * 1000 + Int(soonest.pointee.tv_usec) / 1000 + 1))
        }
        let ready = poll(&polled, nfds_t(polled.count), wait)
        guard ready > 0 else { return ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD) }
        for entry in polled where entry.revents != 0 {
            let canRead = entry.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
            let canWrite = entry.revents & Int16(POLLOUT) != 0
            ares_process_fd(channel, canRead ? entry.fd : ARES_SOCKET_BAD, canWrite ? entry.fd : ARES_SOCKET_BAD)
        }
    }

    private static func addresses(in result: UnsafeMutablePointer<ares_addrinfo>?) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        var node = result?.pointee.nodes
        while let current = node {
            if let raw = UnsafeRawPointer(current.pointee.ai_addr) {
                switch current.pointee.ai_family {
                case AF_INET: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self)))
                case AF_INET6: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self)))
                default: break
                }
            }
            node = current.pointee.ai_next
        }
        return addresses
    }

    private static func mailExchangers(in bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> [MailExchanger]? {
        var first: UnsafeMutablePointer<ares_mx_reply>?
        guard ares_parse_mx_reply(bytes, count, &first) == ARES_SUCCESS else { return nil }
        defer { ares_free_data(first) }
        var exchangers: [MailExchanger] = []
        var next = first
        while let current = next {
            if let host = current.pointee.host {
                exchangers.append(MailExchanger(host: String(cString: host), preference: Int(current.pointee.priority)))
            }
            next = current.pointee.next
        }
        return exchangers
    }
}

import MailWire
import NIOCore
import NIOPosix

/// Asks name servers, on threads that may block, never on an event loop.
public struct NameResolver: Sendable {
    private let servers: [Endpoint]
    private let threadPool: NIOThreadPool
    private let group: any EventLoopGroup

    /// With no `servers` the system's are asked, and its host file counts. Servers are given as addresses.
    /// The pool must be running; each question that is under way holds one of its threads.
    public init(servers: [Endpoint] = [], threadPool: NIOThreadPool, group: any EventLoopGroup) {
        self.servers = servers
        self.threadPool = threadPool
        self.group = group
    }

    /// The addresses of `host`, IPv4 and IPv6, never empty. An address is its own answer.
    public func addresses(
        of host: String, port: Int, before deadline: NIODeadline
    ) async throws(ResolveFailure) -> Stamped<[SocketAddress]> {
        if let address = try? SocketAddress(ipAddress: host, port: port) { return Stamped([address], at: .now()) }
        return try await ask(host, before: deadline) { channel throws(ResolveFailure) in
            try channel.addresses(of: host, port: port, before: deadline)
        }
    }

    /// Who takes mail for `domain`, most preferred first; equals in random order. A domain without MX records takes it itself.
    public func mailExchangers(of domain: String, before deadline: NIODeadline) async throws(ResolveFailure) -> Stamped<[MailExchanger]> {
        let answer = try await ask(domain, before: deadline) { channel throws(ResolveFailure) in
            try channel.mailExchangers(of: domain, before: deadline)
        }
        // Shuffled before a stable sort: load spreads over equals, and each of them is watched sooner or later.
        let sorted = answer.value.shuffled().enumerated().sorted { left, right in
            (left.element.preference, left.offset) < (right.element.preference, right.offset)
        }
        return Stamped(sorted.map(\.element), at: answer.at)
    }

    /// The records of this kind, in the server's order, never empty. Relative names are completed by the system's search domains.
    public func records(
        of name: String, _ kind: NameRecord.Kind, before deadline: NIODeadline
    ) async throws(ResolveFailure) -> Stamped<[NameRecord]> {
        try await ask(name, before: deadline) { channel throws(ResolveFailure) in
            try channel.records(of: name, kind, before: deadline)
        }
    }

    /// What the name servers say of a name, which is taken as it stands. That there is nothing is an answer too; throws when the servers
    /// could not or would not tell.
    public func answer(
        to name: String, _ type: DNSType, before deadline: NIODeadline
    ) async throws(ResolveFailure) -> Stamped<NameAnswer> {
        let who = CAresChannel.description(of: servers)
        return try await ask(name, before: deadline) { channel throws(ResolveFailure) in
            let message = try channel.answer(to: name, type, before: deadline)
            guard message.responseCode == 0 || message.responseCode == 3 else {
                throw .serverFailed(name, server: who, reason: message.responseName)
            }
            return NameAnswer(message, type)
        }
    }

    // MARK: - Private

    private func ask<Value: Sendable>(
        _ name: String, before deadline: NIODeadline,
        _ question: @escaping @Sendable (CAresChannel) throws(ResolveFailure) -> Value
    ) async throws(ResolveFailure) -> Stamped<Value> {
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: Stamped<Value>.self)
        let timedOut = ResolveFailure.timedOut(name, server: CAresChannel.description(of: servers))
        // The pool may be busy: then even waiting for a thread ends in time. Whoever comes second to a promise is ignored.
        let timer = eventLoop.scheduleTask(deadline: deadline) { promise.fail(timedOut) }
        threadPool.submit { [servers] state in
            guard state == .active, NIODeadline.now() < deadline else { return promise.fail(timedOut) }
            do throws(ResolveFailure) {
                let channel = try CAresChannel(servers: servers)
                let value = try question(channel)
                promise.succeed(Stamped(value, at: .now()))
            } catch {
                promise.fail(error)
            }
        }
        defer { timer.cancel() }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw error as? ResolveFailure ?? timedOut
        }
    }
}

import MailWire
import NIOCore
import NIOPosix

/// One connection on which commands go out and replies come in, each stamped on arrival.
///
/// One task uses it at a time. After a failure it answers every call with that failure; `close()` is always right.
public final class Conversation<Parser: ReplyParsing>: Sendable {
    /// Where the connection goes and from where.
    public struct Route: Sendable {
        public let address: SocketAddress
        /// The local address to speak from; the operating system's choice when `nil`.
        public let source: SocketAddress?

        public init(to address: SocketAddress, from source: SocketAddress? = nil) {
            self.address = address
            self.source = source
        }
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<ConversationHandler<Parser>>

    private init(channel: any Channel, handler: NIOLoopBound<ConversationHandler<Parser>>) {
        self.channel = channel
        self.handler = handler
    }

    /// Connects. `wallClock` gives seconds since 1970, for what is said about certificates.
    public static func connect(
        _ route: Route, group: any EventLoopGroup, before deadline: NIODeadline, wallClock: @escaping @Sendable () -> Int64
    ) async throws(ConnectionFailure) -> Stamped<Conversation> {
        let eventLoop = group.next()
        let remaining = deadline - .now()
        guard remaining > .zero else { throw .timedOut }
        // Not looked up in the pipeline later: a server that is at fault with its first bytes has emptied it by then.
        let made = eventLoop.makePromise(of: NIOLoopBound<ConversationHandler<Parser>>.self)
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(remaining)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ConversationHandler<Parser>(now: wallClock)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    made.succeed(NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
        if let source = route.source { bootstrap = bootstrap.bind(to: source) }
        do {
            return try await bootstrap.connect(to: route.address).flatMap { channel in
                let at = NIODeadline.now()
                return made.futureResult.map { Stamped(Conversation(channel: channel, handler: $0), at: at) }
            }.get()
        } catch {
            made.fail(error)
            throw ConnectionFailure(of: error)
        }
    }

    /// Sends bytes; that they could not be sent shows in the next reply.
    public func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    /// The next reply, in the order in which they came. When the deadline passes the conversation has failed for good, since what comes
    /// later would be taken for the answer to something else.
    public func next(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<Parser.Reply> {
        let promise = channel.eventLoop.makePromise(of: Stamped<Parser.Reply>.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.next(promise, before: deadline, on: channel.eventLoop)
        }
    }

    /// The next reply; `nil` when none comes until `patience` is over. The conversation goes on then: for replies that are the answer to
    /// nothing, such as what a server tells unasked.
    public func next(until patience: NIODeadline) async throws(ConnectionFailure) -> Stamped<Parser.Reply>? {
        let promise = channel.eventLoop.makePromise(of: Stamped<Parser.Reply>?.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.next(promise, until: patience, on: channel.eventLoop)
        }
    }

    /// Encrypts the connection. `host` is how the server was asked for. Returns when the handshake was complete.
    public func secure(with tls: TLSClient, host: String, before deadline: NIODeadline) async throws(ConnectionFailure) -> NIODeadline {
        let promise = channel.eventLoop.makePromise(of: NIODeadline.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.secure(with: tls, host: host, promise, before: deadline, in: channel)
        }
    }

    /// When the first certificate of the chain ends, in seconds since 1970; `nil` before encryption.
    public func earliestCertificateExpiry() async -> Int64? {
        try? await channel.eventLoop.submit { [handler] in handler.value.chain.earliestExpiry }.get()
    }

    /// `TLS 1.3`; `nil` before encryption.
    public func tlsVersion() async -> String? {
        (try? await channel.eventLoop.submit { [handler] in handler.value.chain.version }.get()) ?? nil
    }

    /// What the server showed to an observing `TLSClient`; `nil` before encryption, and for other clients.
    public func shownChain() async -> ShownChain? {
        (try? await channel.eventLoop.submit { [handler] in handler.value.chain.shownChain }.get()) ?? nil
    }

    /// Hangs up without waiting.
    public func close() {
        channel.close(promise: nil)
    }

    // MARK: - Private

    private func waiting<Value: Sendable>(
        for promise: EventLoopPromise<Value>,
        _ body: @escaping @Sendable (ConversationHandler<Parser>, EventLoopPromise<Value>) -> Void
    ) async throws(ConnectionFailure) -> Value {
        let eventLoop = channel.eventLoop
        let handler = handler
        do {
            return try await withTaskCancellationHandler {
                if eventLoop.inEventLoop { body(handler.value, promise) } else { eventLoop.execute { body(handler.value, promise) } }
                return try await promise.futureResult.get()
            } onCancel: {
                eventLoop.execute { handler.value.fail(.cancelled) }
            }
        } catch {
            throw ConnectionFailure(of: error)
        }
    }
}

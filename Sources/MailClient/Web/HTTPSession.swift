import MailWire
import NIOCore
import NIOHTTP1
import NIOPosix

/// A client's side of HTTP/1.1 on one connection: one request after the other, the answer's first and last byte stamped on arrival.
///
/// One task uses it at a time. After a failure it answers every call with that failure; `close()` is always right.
/// Redirects, cookies and compression are not its business: it asks for none and does nothing about them.
public final class HTTPSession: Sendable {
    /// Where a connection goes, and what is taken from there.
    public struct Route: Sendable {
        public let address: SocketAddress
        /// The local address to speak from; the operating system's choice when `nil`.
        public let source: SocketAddress?
        public let limits: HTTPLimits

        public init(to address: SocketAddress, from source: SocketAddress? = nil, limits: HTTPLimits = HTTPLimits()) {
            self.address = address
            self.source = source
            self.limits = limits
        }
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<HTTPExchangeHandler>

    private init(channel: any Channel, handler: NIOLoopBound<HTTPExchangeHandler>) {
        self.channel = channel
        self.handler = handler
    }

    /// Connects. `wallClock` gives seconds since 1970, for what is said about certificates.
    public static func connect(
        _ route: Route, group: any EventLoopGroup, before deadline: NIODeadline, wallClock: @escaping @Sendable () -> Int64
    ) async throws(ConnectionFailure) -> Stamped<HTTPSession> {
        let eventLoop = group.next()
        let remaining = deadline - .now()
        guard remaining > .zero else { throw .timedOut }
        // Not looked up in the pipeline later: a server that is at fault with its first bytes has emptied it by then.
        let made = eventLoop.makePromise(of: NIOLoopBound<HTTPExchangeHandler>.self)
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(remaining)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HTTPExchangeHandler(limits: route.limits, now: wallClock)
                    try addHandlers(before: handler, route.limits, to: channel.pipeline.syncOperations)
                    made.succeed(NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
        if let source = route.source { bootstrap = bootstrap.bind(to: source) }
        do {
            return try await bootstrap.connect(to: route.address).flatMap { channel in
                let at = NIODeadline.now()
                return made.futureResult.map { Stamped(HTTPSession(channel: channel, handler: $0), at: at) }
            }.get()
        } catch {
            made.fail(error)
            throw ConnectionFailure(of: error)
        }
    }

    /// Sends a request. Returns when the first byte of its answer came; throws `protocolFault(.unencodable)` for a request that would
    /// break the protocol. The answer must be read before the next request is sent.
    public func send(_ request: HTTPRequest, before deadline: NIODeadline) async throws(ConnectionFailure) -> NIODeadline {
        do throws(WireFault) {
            try request.check()
        } catch {
            throw .protocolFault(error)
        }
        let promise = channel.eventLoop.makePromise(of: NIODeadline.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.ask(request, promise, before: deadline, in: channel)
        }
    }

    /// The whole answer to what was sent, stamped with the arrival of its last byte, whatever its status. When the deadline passes the
    /// session has failed for good, since what comes later would be taken for the answer to something else.
    public func response(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<HTTPResponse> {
        let promise = channel.eventLoop.makePromise(of: Stamped<HTTPResponse>.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.finish(promise, before: deadline, in: channel)
        }
    }

    /// Whether the connection stands and the server has not said that it will close it. It may do so at any moment all the same.
    public func isUsable() async -> Bool {
        (try? await channel.eventLoop.submit { [handler] in handler.value.isUsable }.get()) ?? false
    }

    /// Hangs up without waiting.
    public func close() {
        channel.close(promise: nil)
    }

    // MARK: - Private

    /// In the order in which `NIOHTTP1` wants its codec: the decoder must see what is written, to know that HEAD is answered without a body.
    private static func addHandlers(
        before handler: HTTPExchangeHandler, _ limits: HTTPLimits, to pipeline: ChannelPipeline.SynchronousOperations
    ) throws {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.header
        configuration.maxHeaderListSize = limits.header
        configuration.maxHeaderFieldCount = HTTPLimits.fieldCount
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: configuration)
        try pipeline.addHandler(HTTPArrivalHandler(handler))
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(handler)
    }

    private func waiting<Value: Sendable>(
        for promise: EventLoopPromise<Value>, _ body: @escaping @Sendable (HTTPExchangeHandler, EventLoopPromise<Value>) -> Void
    ) async throws(ConnectionFailure) -> Value {
        let eventLoop = channel.eventLoop
        let handler = handler
        do {
            return try await withTaskCancellationHandler {
                eventLoop.execute { body(handler.value, promise) }
                return try await promise.futureResult.get()
            } onCancel: {
                eventLoop.execute { handler.value.fail(.cancelled) }
            }
        } catch {
            throw ConnectionFailure(of: error)
        }
    }
}

extension HTTPSession: EncryptableConnection {
    public func secure(with tls: TLSClient, host: String, before deadline: NIODeadline) async throws(ConnectionFailure) -> NIODeadline {
        let promise = channel.eventLoop.makePromise(of: NIODeadline.self)
        return try await waiting(for: promise) { [channel] handler, promise in
            handler.secure(with: tls, host: host, promise, before: deadline, in: channel)
        }
    }

    public func earliestCertificateExpiry() async -> Int64? {
        try? await channel.eventLoop.submit { [handler] in handler.value.chain.earliestExpiry }.get()
    }

    public func tlsVersion() async -> String? {
        (try? await channel.eventLoop.submit { [handler] in handler.value.chain.version }.get()) ?? nil
    }
}

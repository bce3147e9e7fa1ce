import MailWire
import NIOCore
import NIOSSL
import NIOTLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The end of one connection's pipeline: feeds bytes to the parser, stamps replies the moment they arrive, and hands them to whoever
/// waits. At most one caller waits at a time. Everything here happens on the channel's event loop.
final class ConversationHandler<Parser: ReplyParsing>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Nothing came, and nothing had to.
    private struct Silence: Error {}

    /// Replies that nobody has asked for yet. With more of them nothing is read until they have been asked for.
    private static var queueLimit: Int { 256 }

    let chain = CertificateChain()
    private let now: @Sendable () -> Int64
    private var parser = Parser()
    private var replies: CircularBuffer<Stamped<Parser.Reply>> = []
    private var failure: ConnectionFailure?
    private var waiter: EventLoopPromise<Stamped<Parser.Reply>>?
    private var handshake: EventLoopPromise<NIODeadline>?
    private var expectedName = ""
    private var timer: Scheduled<Void>?
    /// When `timer` ends a wait as a failure; `nil` while it ends one without.
    private var timerDeadline: NIODeadline?
    /// The channel that is not read from because of `queueLimit`.
    private var pausedChannel: (any Channel)?

    /// `now` gives seconds since 1970, to tell an expired certificate from an unknown one.
    init(now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    // MARK: Asked from outside

    func next(_ promise: EventLoopPromise<Stamped<Parser.Reply>>, before deadline: NIODeadline, on eventLoop: any EventLoop) {
        precondition(waiter == nil && handshake == nil, "one caller waits at a time")
        if let reply = takeReply() { return promise.succeed(reply) }
        if let failure { return promise.fail(failure) }
        waiter = promise
        startTimer(deadline, on: eventLoop)
    }

    /// As `next`, but silence is no failure.
    func next(_ promise: EventLoopPromise<Stamped<Parser.Reply>?>, until patience: NIODeadline, on eventLoop: any EventLoop) {
        precondition(waiter == nil && handshake == nil, "one caller waits at a time")
        if let reply = takeReply() { return promise.succeed(reply) }
        if let failure { return promise.fail(failure) }
        let asked = eventLoop.makePromise(of: Stamped<Parser.Reply>.self)
        asked.futureResult.map(Optional.some).flatMapErrorThrowing { error in
            guard error is Silence else { throw error }
            return nil
        }.cascade(to: promise)
        waiter = asked
        timer?.cancel()
        timerDeadline = nil
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: patience) {
            self.timer = nil
            self.waiter?.fail(Silence())
            self.waiter = nil
        }
    }

    /// Puts encryption before this handler and waits until it stands.
    func secure(
        with tls: TLSClient, host: String, _ promise: EventLoopPromise<NIODeadline>, before deadline: NIODeadline, in channel: any Channel
    ) {
        precondition(waiter == nil && handshake == nil, "one caller waits at a time")
        if let failure { return promise.fail(failure) }
        // Bytes behind the answer to STARTTLS were not sent by whom the certificate names. Source: CVE-2011-0411.
        guard replies.isEmpty, !parser.hasUnreadBytes else {
            let fault = WireFault.malformed(expected: "silence before encryption", found: "further replies in the clear")
            fail(.protocolFault(fault))
            return promise.fail(ConnectionFailure.protocolFault(fault))
        }
        handshake = promise
        expectedName = tls.serverName(for: host)
        startTimer(deadline, on: channel.eventLoop)
        do {
            try channel.pipeline.syncOperations.addHandler(try tls.handler(for: host, noting: chain), position: .first)
        } catch {
            fail(error as? ConnectionFailure ?? .tls(reason: WireText.printable("\(error)".utf8)))
        }
    }

    /// The first failure counts; what is said later about the same connection is a consequence.
    func fail(_ reason: ConnectionFailure) {
        timer?.cancel()
        timer = nil
        if failure == nil { failure = reason }
        let failure = failure ?? reason
        waiter?.fail(failure)
        waiter = nil
        handshake?.fail(failure)
        handshake = nil
    }

    // MARK: Told by the channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let arrival = NIODeadline.now()
        guard failure == nil else { return }
        parser.append(unwrapInboundIn(data).readableBytesView)
        do throws(WireFault) {
            while let reply = try parser.next() {
                replies.append(Stamped(reply, at: arrival))
            }
            if replies.count > Self.queueLimit, pausedChannel == nil {
                pausedChannel = context.channel
                context.channel.setOption(.autoRead, value: false).assumeIsolated().whenFailure { _ in }
            }
        } catch {
            hand()
            fail(.protocolFault(error))
            context.close(promise: nil)
            return
        }
        hand()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            if let fault = chain.complete(in: context.pipeline.syncOperations) {
                fail(.untrusted(fault))
                context.close(promise: nil)
                return
            }
            handshake?.succeed(NIODeadline.now())
            handshake = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed(isMidReply: handshake == nil && parser.hasUnreadBytes))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(reason(of: error))
        context.close(promise: nil)
    }

    // MARK: - Private

    /// The next reply. Reading goes on when none is left.
    private func takeReply() -> Stamped<Parser.Reply>? {
        let reply = replies.popFirst()
        if replies.isEmpty, let channel = pausedChannel {
            pausedChannel = nil
            channel.setOption(.autoRead, value: true).assumeIsolated().whenFailure { _ in }
        }
        return reply
    }

    private func hand() {
        guard let waiter, let reply = takeReply() else { return }
        self.waiter = nil
        waiter.succeed(reply)
    }

    /// The waits of a run share its deadline, and then one timer: a timer of its own for each reply would be most of what a wait costs.
    private func startTimer(_ deadline: NIODeadline, on eventLoop: any EventLoop) {
        if timer != nil, timerDeadline == deadline { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            if self.waiter != nil || self.handshake != nil { self.fail(.timedOut) }
        }
    }

    private func reason(of error: any Error) -> ConnectionFailure {
        ConnectionFailure(
            of: error, chain,
            at: .init(now: now(), isHandshaking: handshake != nil, isMidReply: parser.hasUnreadBytes, expectedName: expectedName))
    }
}

extension ConnectionFailure {
    /// What an error of the operating system or of NIO means.
    init(of error: any Error) {
        if let failure = error as? ConnectionFailure {
            self = failure
            return
        }
        if case .connectTimeout = error as? ChannelError {
            self = .timedOut
            return
        }
        guard let system = error as? IOError else {
            self = .unreachable(reason: WireText.printable("\(error)".utf8, limit: 80))
            return
        }
        switch system.errnoCode {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timedOut
        case ECONNRESET, EPIPE: self = .closed(isMidReply: false)
        case let code: self = .unreachable(reason: String(cString: strerror(code)).lowercased())
        }
    }
}

import MailWire
import NIOCore
import NIOHTTP1
import NIOTLS

/// The end of one web connection's pipeline: sends a request, gathers its answer within limits, and stamps the answer's first and last
/// byte. One exchange at a time, at most one caller waits at a time. Everything here happens on the channel's event loop.
final class HTTPExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Enough of an answer to show what speaks there if it is no web server.
    private static let excerptLimit = 40

    let chain = CertificateChain()
    private let limits: HTTPLimits
    private let now: @Sendable () -> Int64
    private var failure: ConnectionFailure?
    private var timer: Scheduled<Void>?
    private var expectedName = ""

    // What waits.
    private var handshake: EventLoopPromise<NIODeadline>?
    private var beginning: EventLoopPromise<NIODeadline>?
    private var end: EventLoopPromise<Stamped<HTTPResponse>>?

    // The exchange under way.
    private var isAsked = false
    private var firstByte: NIODeadline?
    private var lastByte = NIODeadline.now()
    private var excerpt: [UInt8] = []
    private var headerBytes = 0
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var answer: Stamped<HTTPResponse>?
    private var isKeptAlive = true

    /// `now` gives seconds since 1970, to tell an expired certificate from an unknown one.
    init(limits: HTTPLimits, now: @escaping @Sendable () -> Int64) {
        self.limits = limits
        self.now = now
    }

    // MARK: Asked from outside

    /// Whether another request may be sent.
    var isUsable: Bool { failure == nil && isKeptAlive && !isAsked }

    /// Puts encryption before everything else and waits until it stands.
    func secure(
        with tls: TLSClient, host: String, _ promise: EventLoopPromise<NIODeadline>, before deadline: NIODeadline, in channel: any Channel
    ) {
        if let failure { return promise.fail(failure) }
        handshake = promise
        expectedName = tls.serverName(for: host)
        startTimer(deadline, on: channel.eventLoop)
        do {
            try channel.pipeline.syncOperations.addHandler(try tls.handler(for: host, noting: chain), position: .first)
        } catch {
            fail(error as? ConnectionFailure ?? .tls(reason: WireText.printable("\(error)".utf8)))
        }
    }

    /// Sends a request and waits for the first byte of its answer.
    func ask(
        _ request: HTTPRequest, _ promise: EventLoopPromise<NIODeadline>, before deadline: NIODeadline, in channel: any Channel
    ) {
        precondition(!isAsked, "one exchange at a time")
        guard failure == nil, isKeptAlive else { return promise.fail(failure ?? .closed(isMidReply: false)) }
        isAsked = true
        firstByte = nil
        excerpt = []
        headerBytes = 0
        head = nil
        body = []
        answer = nil
        beginning = promise
        startTimer(deadline, on: channel.eventLoop)
        write(request, to: channel)
    }

    /// Waits for the rest of the answer.
    func finish(_ promise: EventLoopPromise<Stamped<HTTPResponse>>, before deadline: NIODeadline, in channel: any Channel) {
        precondition(isAsked && beginning == nil && end == nil, "an answer is waited for once, behind its first byte")
        end = promise
        // An answer that is whole is one, whatever became of the connection behind it.
        if answer != nil { return hand() }
        if let failure { return fail(failure) }
        startTimer(deadline, on: channel.eventLoop)
    }

    /// The first failure counts; what is said later about the same connection is a consequence.
    func fail(_ reason: ConnectionFailure) {
        stopTimer()
        if failure == nil { failure = reason }
        let failure = failure ?? reason
        handshake?.fail(failure)
        beginning?.fail(failure)
        end?.fail(failure)
        handshake = nil
        beginning = nil
        end = nil
    }

    // MARK: Told by the channel

    /// Before the codec sees them.
    func bytesCame(_ bytes: ByteBuffer, at arrival: NIODeadline) {
        guard isAsked, failure == nil, answer == nil else { return }
        lastByte = arrival
        excerpt += bytes.readableBytesView.prefix(Self.excerptLimit - excerpt.count)
        guard firstByte == nil else { return }
        firstByte = arrival
        stopTimer()
        beginning?.succeed(arrival)
        beginning = nil
    }

    /// Behind the codec.
    func checkHeaderLimit(after count: Int, closing context: ChannelHandlerContext) {
        guard isAsked, failure == nil, head == nil else { return }
        headerBytes += count
        guard headerBytes > limits.header else { return }
        fail(.protocolFault(.replyTooLarge(limit: limits.header)))
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil, answer == nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= limits.body else {
                fail(.protocolFault(.replyTooLarge(limit: limits.body)))
                context.close(promise: nil)
                return
            }
            body += bytes.readableBytesView
        case .end:
            guard let head else { return }
            isKeptAlive = head.isKeepAlive
            let fields = HTTPFields(head.headers.map { .init(name: $0.name, value: $0.value) })
            answer = Stamped(
                HTTPResponse(status: Int(head.status.code), reason: head.status.reasonPhrase, fields: fields, body: body), at: lastByte)
            body = []
            hand()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            if let fault = chain.complete(in: context.pipeline.syncOperations) {
                fail(.untrusted(fault))
                context.close(promise: nil)
                return
            }
            stopTimer()
            handshake?.succeed(.now())
            handshake = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed(isMidReply: isMidReply))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(reason(of: error))
        context.close(promise: nil)
    }

    // MARK: - Private

    private var isMidReply: Bool { isAsked && firstByte != nil && answer == nil }

    private func write(_ request: HTTPRequest, to channel: any Channel) {
        var fields = request.fields
        if fields["Host"] == nil { fields["Host"] = request.url.authority }
        if fields["User-Agent"] == nil { fields["User-Agent"] = "Postwatch" }
        if fields["Accept-Encoding"] == nil { fields["Accept-Encoding"] = "identity" }
        fields["Transfer-Encoding"] = nil
        // Without a length the codec would send these methods in chunks, which servers may refuse with 411.
        let isExpectedToHaveBody = ["POST", "PUT", "PATCH"].contains(request.method)
        fields["Content-Length"] = request.body.map { "\($0.count)" } ?? (isExpectedToHaveBody ? "0" : nil)
        let headers = HTTPHeaders(fields.all.map { ($0.name, $0.value) })
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: request.url.target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let body = request.body, !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(channel.allocator.buffer(bytes: body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    private func hand() {
        guard let end, let answer else { return }
        stopTimer()
        self.end = nil
        isAsked = false
        end.succeed(answer)
    }

    private func startTimer(_ deadline: NIODeadline, on eventLoop: any EventLoop) {
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.fail(.timedOut) }
    }

    private func stopTimer() {
        timer?.cancel()
        timer = nil
    }

    private func reason(of error: any Error) -> ConnectionFailure {
        switch error {
        case HTTPParserError.headerOverflow: return .protocolFault(.replyTooLarge(limit: limits.header))
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: return .closed(isMidReply: isMidReply)
        case is HTTPParserError, is NIOHTTPDecoderError:
            guard head == nil else {
                return .protocolFault(.malformed(expected: "the rest of the answer", found: "bytes that break its frame"))
            }
            let found = excerpt.isEmpty ? "something" : "\"\(WireText.printable(excerpt, limit: Self.excerptLimit))\""
            return .protocolFault(.malformed(expected: "an HTTP/1.1 answer", found: found))
        default:
            return ConnectionFailure(
                of: error, chain,
                at: .init(now: now(), isHandshaking: handshake != nil, isMidReply: isMidReply, expectedName: expectedName))
        }
    }
}

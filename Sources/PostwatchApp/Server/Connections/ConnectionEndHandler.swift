import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes the connection after an answer that says so. What the client still sends of its request is let in and dropped until then: closed
/// in its face, it would lose the answer.
/// Source: RFC 9112, section 9.6.
final class ConnectionEndHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long, and how much in bytes, a client may go on with a request that has its answer.
    private static let patience = TimeAmount.seconds(5)
    private static let bytesAfterAnswer = 64 << 20

    private var isRequestComplete = true
    private var isLastAnswer = false
    private var isAnswered = false
    private var bytesSinceAnswer = 0
    private var closing: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isRequestComplete = false
        case .body(let bytes): if isAnswered { bytesSinceAnswer += bytes.readableBytes }
        case .end: isRequestComplete = true
        }
        context.fireChannelRead(data)
        if isAnswered, isRequestComplete || bytesSinceAnswer > Self.bytesAfterAnswer { context.close(promise: nil) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let answer): if answer.headerFields[.connection] == "close" { isLastAnswer = true }
        case .body: break
        case .end where isLastAnswer:
            context.writeAndFlush(data, promise: promise)
            isAnswered = true
            if isRequestComplete {
                context.close(promise: nil)
            } else {
                let channel = context.channel
                closing = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
            }
            return
        case .end: break
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing?.cancel()
        context.fireChannelInactive()
    }
}

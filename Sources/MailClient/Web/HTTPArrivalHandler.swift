import NIOCore

/// Stands between the network and the codec, and tells when bytes came: the codec speaks up only when a header is whole.
final class HTTPArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let exchange: HTTPExchangeHandler

    init(_ exchange: HTTPExchangeHandler) {
        self.exchange = exchange
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        exchange.bytesCame(bytes, at: .now())
        context.fireChannelRead(data)
        exchange.checkHeaderLimit(after: bytes.readableBytes, closing: context)
    }
}

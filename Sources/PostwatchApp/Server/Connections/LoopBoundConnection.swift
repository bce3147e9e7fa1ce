import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// An HTTP connection whose requests are begun on the event loop that reads it, so that no thread is woken for each of them. What takes
/// longer moves to other threads by itself.
struct LoopBoundConnection: ServerChildChannel {
    private let connection: HTTP1Channel

    init(responder: @escaping HTTPChannelHandler.Responder) {
        connection = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ClientDepartureHandler(), ExpectationHandler(), ConnectionEndHandler()]))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        connection.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await connection.handle(value: value, logger: logger)
        }
    }
}

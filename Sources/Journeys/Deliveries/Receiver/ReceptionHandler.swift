import MailWire
import NIOCore
import NIOSSL

/// The end of the pipeline of one connection to a receiver: feeds the state machine and performs its effects. Lives on the channel's
/// event loop.
final class ReceptionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desk: ReceptionDesk
    private var machine: ReceptionStateMachine
    private var parser: SMTPRequestParser
    private var timer: Scheduled<Void>?
    private var isCounted = false
    private var isOver = false

    init(desk: ReceptionDesk) {
        self.desk = desk
        machine = ReceptionStateMachine(
            name: desk.name, recipients: desk.recipients, messageLimit: ReceptionDesk.messageLimit, offersTLS: desk.tls != nil)
        parser = SMTPRequestParser(messageLimit: ReceptionDesk.messageLimit)
    }

    func channelActive(context: ChannelHandlerContext) {
        isCounted = desk.enter()
        guard isCounted else { return perform(machine.dismissal("too many connections"), context) }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: ReceptionDesk.sessionLimit) {
            self.perform(self.machine.dismissal("too slow"), context)
        }
        perform([.reply(machine.greeting)], context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if isCounted { desk.leave() }
        isCounted = false
        isOver = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        parser.append(unwrapInboundIn(data).readableBytesView)
        do throws(WireFault) {
            while !isOver, let input = try parser.next() { perform(machine.take(input), context) }
        } catch {
            perform(machine.dismissal("\(error)"), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: - Private

    private func perform(_ effects: [ReceptionStateMachine.Effect], _ context: ChannelHandlerContext) {
        for effect in effects where !isOver {
            switch effect {
            case .reply(let reply): write(reply, context)
            case .expectMessage: parser.expectMessage()
            case .judge(let message): perform(machine.settle(isProbe: desk.take(message)), context)
            case .startTLS: secure(context)
            case .hangUp:
                isOver = true
                context.close(promise: nil)
            }
        }
    }

    private func write(_ reply: SMTPReply, _ context: ChannelHandlerContext) {
        let last = reply.lines.count - 1
        let text = reply.lines.enumerated().map { "\(reply.code)\($0.offset == last ? " " : "-")\($0.element)\r\n" }.joined()
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }

    private func secure(_ context: ChannelHandlerContext) {
        // Words in the clear behind STARTTLS were not sent by whom we are going to talk with. Source: CVE-2011-0411.
        guard let tls = desk.tls, !parser.hasUnreadBytes else {
            isOver = true
            return context.close(promise: nil)
        }
        do {
            try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
            machine.secured()
        } catch {
            isOver = true
            context.close(promise: nil)
        }
    }
}

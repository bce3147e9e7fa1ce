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
    /// A message is being booked: what comes behind it must wait for the answer.
    private var isJudging = false
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
        takeInput(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: - Private

    private func takeInput(_ context: ChannelHandlerContext) {
        do throws(WireFault) {
            while !isOver, !isJudging, let input = try parser.next() { perform(machine.take(input), context) }
        } catch {
            perform(machine.dismissal("\(error)"), context)
        }
    }

    private func perform(_ effects: [ReceptionStateMachine.Effect], _ context: ChannelHandlerContext) {
        for effect in effects where !isOver {
            switch effect {
            case .reply(let reply): write(reply, context)
            case .expectMessage: parser.expectMessage()
            case .judge(let message): judge(message, context)
            case .startTLS: secure(context)
            case .hangUp:
                isOver = true
                context.close(promise: nil)
            }
        }
    }

    /// Who has our word does not send the message again: it is given when the message is in the books, whatever happens to this process.
    private func judge(_ message: [UInt8], _ context: ChannelHandlerContext) {
        isJudging = true
        setReading(false, context)
        let judgement = context.eventLoop.makeFutureWithTask { [desk] in await desk.take(message) }
        judgement.assumeIsolated().whenSuccess { reception in
            self.isJudging = false
            guard !self.isOver else { return }
            self.perform(self.machine.settle(reception), context)
            self.takeInput(context)
            // Another message may have been waiting behind this one.
            if !self.isJudging { self.setReading(true, context) }
        }
    }

    /// What a client sends meanwhile waits in the network, not in memory.
    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: isReading).assumeIsolated().whenFailure { _ in }
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

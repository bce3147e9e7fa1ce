import MailWire
import PostwatchModel

extension NegativeAttempt {
    func tryOpenRelay() async throws {
        guard let outside = task.outside else { return }
        let exchange = try await exchange(by: routes.outside)
        let reply = try await answer(for: outside.stranger, from: outside.exchange.from, exchange)
        guard !reply.isPositive else {
            throw fault("accepted mail from outside for \(outside.stranger)", "it is an open relay")
        }
    }

    func tryUnknownRecipient() async throws {
        guard let outside = task.outside else { return }
        let exchange = try await exchange(by: routes.outside)
        let recipient = outside.unknownRecipient
        let reply = try await answer(for: recipient, from: outside.exchange.from, exchange)
        guard !reply.isPositive else {
            throw fault("accepted mail for \(recipient), who does not exist", "its bounces will go to whoever the sender was said to be")
        }
        guard reply.isPermanentFailure else {
            throw fault(
                "put off mail for \(recipient), who does not exist (\(MailExchange.printable(reply)))",
                "it must be refused for good (550), or senders try for days")
        }
    }

    func tryKnownRecipient() async throws {
        guard let outside = task.outside else { return }
        let exchange = try await exchange(by: routes.outside)
        let reply = try await answer(for: outside.recipient, from: outside.exchange.from, exchange)
        guard !reply.isPermanentFailure else {
            throw fault(
                "refused mail for \(outside.recipient), who exists (\(MailExchange.printable(reply)))",
                "senders take it for an unknown address"
            )
        }
    }

    func tryForgedSender() async throws {
        guard let outside = task.outside else { return }
        let exchange = try await exchange(by: routes.outside)
        let sender = outside.forgedSender
        var reply = try await exchange.reply(to: .mail(from: sender), in: "mail")
        if reply.isPositive { reply = try await exchange.reply(to: .recipient(outside.recipient), in: "rcpt") }
        // Some servers judge the sender by the whole message only. It goes to our own mailbox, from where it can be removed.
        var sent: ProbeMark?
        if reply.isPositive, routes.mailbox != nil {
            let mark = makeMark()
            let message = ProbeMessage(mark: mark, sender: sender, recipient: outside.recipient, host: outside.exchange.hello)
            reply = try await exchange.submit(message.bytes(signedWith: setting.signingKey))
            sent = mark
        } else if reply.isPositive {
            _ = try await exchange.reply(to: .reset, in: "rset")
        }
        await exchange.leave()
        guard !reply.isPositive else {
            if let sent { await remove(sent) }
            throw fault("accepted mail from outside in the name of \(sender)", "anybody may write in the name of its users")
        }
        guard reply.isPermanentFailure else {
            throw obstacle("mail in the name of \(sender)", reply, expected: "a refusal for good (5xx)")
        }
    }

    // MARK: - Private

    /// What the server says to a recipient. Nothing is handed over: the envelope is thrown away at once.
    private func answer(for recipient: String, from sender: String, _ exchange: MailExchange) async throws -> SMTPReply {
        let start = try await exchange.reply(to: .mail(from: sender), in: "mail")
        guard start.isPositive else { throw obstacle("MAIL FROM", start, expected: "250") }
        let reply = try await exchange.reply(to: .recipient(recipient), in: "rcpt")
        if reply.isPositive { _ = try await exchange.reply(to: .reset, in: "rset") }
        await exchange.leave()
        return reply
    }
}

import MailWire

/// A server's side of one SMTP connection that takes probes and nothing else. Source: RFC 5321, section 4.1.4.
struct ReceptionStateMachine: Sendable {
    enum Effect: Hashable, Sendable {
        case reply(SMTPReply)
        /// What comes next is a message.
        case expectMessage
        /// A message has come; `settle` tells the client what became of it.
        case judge([UInt8])
        case startTLS
        case hangUp
    }

    /// What became of a message.
    enum Reception: Hashable, Sendable {
        case taken
        /// No probe of one that is awaited here.
        case unknown
        /// A probe that could not be brought into the books on disk: to be sent again.
        case unrecorded
    }

    private enum Envelope: Hashable, Sendable {
        case none
        case sender
        case recipient(String)
    }

    /// Commands of one connection; whoever needs more is no mail server with a probe.
    private static let commandLimit = 100
    /// Commands that make no sense.
    private static let mistakeLimit = 10

    private let name: String
    /// In small letters.
    private let recipients: Set<String>
    private let messageLimit: Int
    private var offersTLS: Bool
    private var isIntroduced = false
    private var envelope = Envelope.none
    private var commands = 0
    private var mistakes = 0

    /// - Parameters:
    ///   - name: what the greeting calls us.
    ///   - recipients: addresses in small letters.
    init(name: String, recipients: Set<String>, messageLimit: Int, offersTLS: Bool) {
        self.name = name
        self.recipients = recipients
        self.messageLimit = messageLimit
        self.offersTLS = offersTLS
    }

    var greeting: SMTPReply { SMTPReply(code: 220, lines: ["\(name) ESMTP takes probes only"]) }

    /// What to do with a client that comes while too many others are here, or that has taken too long.
    func dismissal(_ reason: String) -> [Effect] {
        [.reply(SMTPReply(code: 421, lines: ["4.3.2 \(name) \(reason)"])), .hangUp]
    }

    /// The connection is encrypted: what was said before does not count. Source: RFC 3207, section 4.2.
    mutating func secured() {
        offersTLS = false
        isIntroduced = false
        envelope = .none
    }

    mutating func take(_ input: SMTPRequestParser.Input) -> [Effect] {
        switch input {
        case .request(let request): take(request)
        case .message(let message?): [.judge(message)]
        case .message(nil): settled(SMTPReply(code: 552, lines: ["5.3.4 more than \(messageLimit) bytes"]))
        }
    }

    /// A message has been judged.
    mutating func settle(_ reception: Reception) -> [Effect] {
        switch reception {
        case .taken: settled(SMTPReply(code: 250, lines: ["2.0.0 taken"]))
        case .unknown: settled(SMTPReply(code: 550, lines: ["5.7.1 no probe of this installation"]))
        case .unrecorded: settled(SMTPReply(code: 451, lines: ["4.3.0 cannot be recorded now"]))
        }
    }

    // MARK: - Private

    private mutating func take(_ request: SMTPRequest) -> [Effect] {
        commands += 1
        guard commands <= Self.commandLimit else { return dismissal("too many commands") }
        switch request {
        case .hello(_, let isExtended):
            isIntroduced = true
            envelope = .none
            let offers = ["PIPELINING", "8BITMIME", "SIZE \(messageLimit)"] + (offersTLS ? ["STARTTLS"] : [])
            return [.reply(SMTPReply(code: 250, lines: [name] + (isExtended ? offers : [])))]
        case .startTLS:
            guard offersTLS else { return mistake(502, "5.5.1 not offered") }
            return [.reply(SMTPReply(code: 220, lines: ["2.0.0 go on"])), .startTLS]
        case .mail(_, let size):
            guard isIntroduced, envelope == .none else { return mistake(503, "5.5.1 not now") }
            guard (size ?? 0) <= messageLimit else {
                return [.reply(SMTPReply(code: 552, lines: ["5.3.4 more than \(messageLimit) bytes"]))]
            }
            envelope = .sender
            return [.reply(SMTPReply(code: 250, lines: ["2.1.0 ok"]))]
        case .recipient(let address): return recipient(address)
        case .data:
            guard case .recipient = envelope else { return mistake(503, "5.5.1 nobody to give it to") }
            return [.reply(SMTPReply(code: 354, lines: ["end with a dot"])), .expectMessage]
        case .reset:
            envelope = .none
            return [.reply(SMTPReply(code: 250, lines: ["2.0.0 ok"]))]
        case .noop: return [.reply(SMTPReply(code: 250, lines: ["2.0.0 ok"]))]
        case .quit: return [.reply(SMTPReply(code: 221, lines: ["2.0.0 bye"])), .hangUp]
        case .invalid(let verb): return mistake(501, "5.5.4 \(verb) with an argument that is none")
        case .unknown: return mistake(500, "5.5.2 not known here")
        }
    }

    private mutating func recipient(_ address: String) -> [Effect] {
        switch envelope {
        case .none: return mistake(503, "5.5.1 not now")
        // Another recipient's copy comes by itself: a probe has one.
        case .recipient: return [.reply(SMTPReply(code: 452, lines: ["4.5.3 one recipient at a time"]))]
        case .sender:
            guard recipients.contains(address.lowercased()) else { return mistake(550, "5.1.1 takes mail for nobody but its probes") }
            envelope = .recipient(address)
            return [.reply(SMTPReply(code: 250, lines: ["2.1.5 ok"]))]
        }
    }

    private mutating func settled(_ reply: SMTPReply) -> [Effect] {
        envelope = .none
        return [.reply(reply)]
    }

    private mutating func mistake(_ code: Int, _ text: String) -> [Effect] {
        mistakes += 1
        return mistakes > Self.mistakeLimit ? dismissal("too many mistakes") : [.reply(SMTPReply(code: code, lines: [text]))]
    }
}

/// The log of a busy Postfix, made up: sessions, messages that are delivered at once, later, or not, and refusals, in the order of time.
/// The same seed gives the same log; what should be counted in it is known.
struct GeneratedLog {
    /// How often something happens in 1,000,000 lines.
    struct Shape {
        var connects = 137_518
        var sent = 148_195
        var deferred = 9_974
        var bounced = 5_359
        var rejected = 8_119
        var lines = 1_000_000

        /// The same, smaller.
        func divided(by divisor: Int) -> Shape {
            Shape(
                connects: connects / divisor, sent: sent / divisor, deferred: deferred / divisor, bounced: bounced / divisor,
                rejected: rejected / divisor, lines: lines / divisor)
        }
    }

    /// When the first line was written: 2026-11-21T00:00:00Z.
    static let start: Int64 = 1_795_219_200
    /// Noon of the next day.
    static let reference: Int64 = 1_795_219_200 + 129_600

    private(set) var bytes: [UInt8] = []
    private(set) var lineCount = 0
    private(set) var messages = 0
    private(set) var delivered = 0
    private(set) var bouncedMessages = 0
    /// Of the first 100 messages.
    private(set) var ids: [String] = []

    private let shape: Shape
    private var state: UInt64
    private var lines: [(time: Int64, number: Int, text: String)] = []

    /// - Parameter without: Lines that are left out.
    init(_ shape: Shape = Shape(), seed: UInt64 = 1, without isLeftOut: (String) -> Bool = { _ in false }) {
        self.shape = shape
        state = seed
        lines.reserveCapacity(shape.lines + 1000)
        generate()
        lines.sort { ($0.time, $0.number) < ($1.time, $1.number) }
        bytes.reserveCapacity(shape.lines * 145)
        for line in lines where !isLeftOut(line.text) {
            bytes += "\(Self.stamp(line.time)) mx1.host \(line.text)\n".utf8
            lineCount += 1
        }
        lines = []
    }

    // MARK: - Private

    private mutating func random(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) >> 1) % bound
    }

    private mutating func add(_ time: Int64, _ text: String) {
        lines.append((time, lines.count, text))
    }

    private static func stamp(_ time: Int64) -> String {
        let day = time / 86_400
        let second = time % 86_400
        let pair = { (value: Int64) in value < 10 ? "0\(value)" : "\(value)" }
        return "Nov \(21 + day) \(pair(second / 3600)):\(pair(second / 60 % 60)):\(pair(second % 60))"
    }

    private mutating func generate() {
        messages = shape.connects - shape.rejected
        bouncedMessages = min(shape.bounced, messages)
        delivered = messages - bouncedMessages
        let extra = shape.sent - delivered
        var time: Int64 = 0
        var deferrals = shape.deferred
        for session in 0..<shape.connects {
            time = Int64(session) * 80_000 / Int64(shape.connects)
            let client = "client\(random(40_000)).example-\(random(300)).com[198.51.\(random(100) + 100).\(random(256))]"
            let smtpd = "postfix/smtpd[\(10_000 + random(30_000))]:"
            add(time, "\(smtpd) connect from \(client)")
            if session < shape.rejected {
                let to = "user\(random(9999))@example.org"
                add(
                    time + 1,
                    "\(smtpd) NOQUEUE: reject: RCPT from \(client): 554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using "
                        + "zen.example.net; from=<spam@example.net> to=<\(to)> proto=ESMTP helo=<mail.example.net>")
                add(time + 1, "\(smtpd) disconnect from \(client) ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4")
                continue
            }
            let number = session - shape.rejected
            let isDeferred = deferrals > 0 && number % 10 == 3
            if isDeferred { deferrals -= 1 }
            addMessage(
                number, at: time, client: client, smtpd: smtpd, recipients: number < extra ? 2 : 1,
                isDeferred: isDeferred)
        }
        // The rest of the lines are encrypted connections.
        if deferrals > 0 { preconditionFailure("the shape has too many deferrals") }
        while lines.count < shape.lines {
            let server = "mx\(random(9)).example-\(random(300)).net[203.0.113.\(random(256))]:25"
            let cipher = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"
            add(Int64(random(80_000)), "postfix/smtp[\(random(30_000))]: Trusted TLS connection established to \(server): \(cipher)")
        }
    }

    private mutating func addMessage(_ number: Int, at time: Int64, client: String, smtpd: String, recipients: Int, isDeferred: Bool) {
        let id = number % 2 == 0 ? "4" + String(0x1000_0000 + number, radix: 16, uppercase: true) + "C" : Self.longID(number)
        if ids.count < 100 { ids.append(id) }
        let cleanup = "postfix/cleanup[\(10_000 + random(30_000))]: \(id):"
        let sender = "from=<sender\(random(5000))@example-\(random(3000)).com>, size=\(random(200_000)), nrcpt=\(recipients)"
        let domain = "domain-\(random(random(100) < 80 ? 40 : 4000)).example"
        let smtp = "postfix/smtp[\(10_000 + random(30_000))]: \(id): to=<user\(random(9999))@\(domain)>, relay=mx.\(domain)[203.0.113.9]:25"
        add(time + 1, "\(smtpd) \(id): client=\(client)")
        add(time + 1, "\(cleanup) message-id=<\(random(1_000_000_000)).\(random(1_000_000_000))@mail.example-\(random(3000)).com>")
        add(time + 1, "postfix/qmgr[987]: \(id): \(sender) (queue active)")
        add(time + 2, "\(smtpd) disconnect from \(client) ehlo=2 starttls=1 mail=1 rcpt=\(recipients) data=1 quit=1 commands=7")
        var end = time + 3
        if isDeferred {
            add(
                end,
                "\(smtp), delay=2.1, delays=0.3/0.01/1.5/0.29, dsn=4.7.1, status=deferred (host mx.\(domain)[203.0.113.9] said: 451 4.7.1 "
                    + "Greylisting in action, please come back later (in reply to RCPT TO command))")
            end += 400
            add(end, "postfix/qmgr[987]: \(id): \(sender) (queue active)")
            end += 1
        }
        for recipient in 0..<recipients {
            if number >= messages - bouncedMessages, recipient == 0 {
                add(
                    end,
                    "\(smtp), delay=2.2, delays=0.3/0.01/1.5/0.39, dsn=5.1.1, status=bounced (host mx.\(domain)[203.0.113.9] said: 550 5.1.1 "
                        + "<x@\(domain)>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))")
            } else {
                add(
                    end,
                    "\(smtp), delay=1.2, delays=0.24/0.01/0.35/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4\(number % 977)F)")
            }
        }
        add(end, "postfix/qmgr[987]: \(id): removed")
    }

    private static func longID(_ number: Int) -> String {
        let digits = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy")
        var rest = number + 7_000_000
        var text = "4bXk7j"
        while rest > 0 {
            text.append(digits[rest % digits.count])
            rest /= digits.count
        }
        return text + "z1n9"
    }
}

import MailClient
import NIOSSL
import TestSupport

/// A server that speaks one line protocol as it should, encrypted or not, as far as a journey needs it.
struct WillingServer: Sendable {
    let greeting: ScriptedServer.Act
    /// Of one connection.
    let script: @Sendable () -> ScriptedServer.Script

    /// Splits a line of IMAP.
    static func tag(of line: String) -> String { String(line.prefix { $0 != " " }) }

    // MARK: Servers

    static func imap() -> WillingServer {
        let mailbox = ScriptedMailbox()
        return WillingServer(greeting: FakePlatform.imapGreeting) { mailbox.script() }
    }

    static let pop3 = WillingServer(greeting: "+OK ready\r\n") {
        { line in
            switch line.prefix(4) {
            case "CAPA": "+OK\r\nTOP\r\nUSER\r\n.\r\n"
            case "LIST": "+OK\r\n1 120\r\n.\r\n"
            case "TOP ": "+OK\r\nSubject: hello\r\n\r\n.\r\n"
            case "RETR": "+OK\r\nSubject: hello\r\n\r\nHello.\r\n.\r\n"
            case "QUIT": .init("+OK bye\r\n", hangsUp: true)
            default: "+OK\r\n"
            }
        }
    }

    static let sieve = WillingServer(greeting: .init(sieveCapabilities)) {
        { line in
            switch line.prefix(9) {
            case "AUTHENTIC", "SETACTIVE", "LISTSCRIP", "}": "OK\r\n"
            case "LOGOUT": .init("OK\r\n", hangsUp: true)
            default: .silence
            }
        }
    }

    private static let sieveCapabilities = "\"IMPLEMENTATION\" \"test\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n"

    /// Refuses strangers, and every password.
    static let strictSMTP = WillingServer(greeting: FakePlatform.smtpGreeting) {
        { line in
            switch line.prefix(4) {
            case "EHLO": "250-mx-1.example.test\r\n250 AUTH PLAIN\r\n"
            case "RCPT": "554 5.7.1 relay access denied\r\n"
            case "AUTH": "535 5.7.8 no\r\n"
            case "QUIT": .init("221 bye\r\n", hangsUp: true)
            default: "250 ok\r\n"
            }
        }
    }

    /// Refuses every password.
    static let strictIMAP = WillingServer(greeting: FakePlatform.imapGreeting) {
        { line in
            let tag = tag(of: line)
            if line.contains("LOGOUT") { return .init("* BYE bye\r\n\(tag) OK done\r\n", hangsUp: true) }
            return .init("\(tag) \(line.contains("LOGIN") ? "NO [AUTHENTICATIONFAILED] no" : "OK done")\r\n")
        }
    }

    /// Greets and listens.
    static let port = WillingServer(greeting: FakePlatform.smtpGreeting) { { _ in .silence } }

    // MARK: Encryption

    /// The same behind STARTTLS: until then it offers that and nothing else.
    func offering(_ mailProtocol: MailProtocol, _ context: NIOSSLContext) -> WillingServer {
        let (greeting, script) = (greeting, script)
        let capabilities = mailProtocol == .sieve ? greeting.text : ""
        let encryption = ScriptedServer.Encryption(context: context, greeting: capabilities)
        return WillingServer(greeting: mailProtocol == .sieve ? "\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK\r\n" : greeting) {
            let isEncrypted = Shared(false)
            let inner = script()
            return { line in
                if isEncrypted.value { return inner(line) }
                let tag = mailProtocol == .imap ? Self.tag(of: line) + " " : ""
                let command = line.dropFirst(tag.count)
                let offer: String? =
                    switch (mailProtocol, command.prefix(4)) {
                    case (.smtp, "EHLO"): "250-mx-1.example.test\r\n250 STARTTLS\r\n"
                    case (.imap, "CAPA"): "* CAPABILITY IMAP4rev1 STARTTLS\r\n\(tag)OK done\r\n"
                    case (.pop3, "CAPA"): "+OK\r\nSTLS\r\n.\r\n"
                    default: nil
                    }
                if let offer { return .init(offer) }
                guard command == "STARTTLS" || command == "STLS" else { return inner(line) }
                isEncrypted.value = true
                let consent: [MailProtocol: String] = [.smtp: "220 go on", .imap: "\(tag)OK go on", .pop3: "+OK go on", .sieve: "OK"]
                return .init((consent[mailProtocol] ?? "") + "\r\n", encryption: encryption)
            }
        }
    }
}

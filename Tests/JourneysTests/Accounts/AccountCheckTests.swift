import Foundation
import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Journeys

@Suite struct AccountCheckTests {
    private let directory = TestDirectory()

    private func account(_ password: String, of username: String = "ann") throws -> MailAccount {
        try directory.write(Array(password.utf8), to: "password")
        return MailAccount(username: username, password: .file(directory.path + "/password"))
    }

    private func findings(_ task: any JourneyTask) async -> [AccountFinding] {
        let configuration = JourneyConfiguration(name: "each", task: task, timeout: .seconds(20))
        var findings: [AccountFinding] = []
        for need in task.accounts { findings.append(await WallClock().factory.check(need, of: configuration)) }
        return findings
    }

    private func needs(_ journey: String) throws -> [String] {
        let text = "journeys:\n  - name: each\n    \(journey.replacing("\n", with: "\n    "))\n"
        let journeys = try ConfigurationSection.read(
            try ConfigurationFile.parse(text, file: "test.yml"), file: "test.yml", JourneyConfiguration.readAll)
        return journeys.flatMap(\.task.accounts).map { "\($0.account.username) at \($0.server) \($0.purpose)" }
    }

    private static let smtp = "smtp: {server: \"s.test:587\", username: tim, password_file: p, from: tim@a.test, to: ann@b.test}"
    private static let imap = "imap: {server: \"i.test:993\", username: ann, password_file: p}"

    @Test(
        "every account that a journey signs in with is named, with what for",
        arguments: [
            ("kind: imap\n\(imap)", ["ann at i.test:993 reads INBOX"]),
            (
                "kind: imap\nsteps: [switch, append, idle]\nfolders: [Work]\n\(imap)",
                ["ann at i.test:993 reads INBOX, Work, files its own messages in the folder of sent ones, puts its own messages into INBOX"]
            ),
            ("kind: smtp\n\(smtp)", ["tim at s.test:587 sends as tim@a.test to ann@b.test"]),
            ("kind: smtp\nsmtp: {server: \"s.test:25\"}", []),
            (
                "kind: inbound\nsmtp: {from: x@c.test, to: ann@b.test}\n\(imap)\njunk_folder: Junk\nbounces: {server: \"o.test:993\", username: x, password_file: p}",
                [
                    "ann at i.test:993 finds and removes its own messages in INBOX, Junk",
                    "x at o.test:993 reads and removes reports on its own messages in INBOX",
                ]
            ),
            (
                "kind: outbound\n\(smtp)\n\(imap)",
                ["tim at s.test:587 sends as tim@a.test to ann@b.test", "ann at i.test:993 finds and removes its own messages in INBOX"]
            ),
            ("kind: outbound\n\(smtp)\nreceiver: {listen: \"127.0.0.1:25\"}", ["tim at s.test:587 sends as tim@a.test to ann@b.test"]),
            (
                "kind: round-trip\n\(smtp)\n\(imap)",
                ["tim at s.test:587 sends as tim@a.test to ann@b.test", "ann at i.test:993 finds and removes its own messages in INBOX"]
            ),
            (
                "kind: negative\nsmtp: {server: \"m.test:25\", to: ann@b.test}\ngtube: junk\nsub\(smtp.replacing("smtp:", with: "mission:"))\n\(imap)",
                ["tim at s.test:587 is tried with a wrong password", "ann at i.test:993 finds and removes its own messages in INBOX, Junk"]
            ),
            (
                "kind: negative\nsmtp: {server: \"m.test:25\", to: ann@b.test}\n\(imap)",
                ["ann at i.test:993 finds and removes its own messages in INBOX, Junk"]
            ),
            ("kind: negative\n\(imap)", ["ann at i.test:993 is tried with a wrong password"]),
            (
                "kind: negative\nskip: [forged_sender, imap_wrong_password]\nsmtp: {server: \"m.test:25\", to: ann@b.test}\n\(imap)", []
            ),
            ("kind: pop3\npop3: {server: \"p.test:995\", username: ann, password_file: p}", ["ann at p.test:995 lists and reads"]),
            (
                "kind: sieve\nsieve: {server: \"v.test:4190\", username: ann, password_file: p}\nsmtp: {to: ann@b.test}\nimap: {server: \"i.test:993\"}",
                ["ann at v.test:4190 keeps the script postwatch", "ann at i.test:993 finds and removes its own messages in INBOX"]
            ),
            (
                "kind: caldav\ncaldav: {url: \"https://d.test/\", username: ann, password_file: p}",
                ["ann at https://d.test puts and removes its own events in its first calendar"]
            ),
            (
                "kind: carddav\ncarddav: {url: \"https://d.test/\", server: web-1, collection: Friends, username: ann, password_file: p}",
                ["ann at https://d.test [web-1:443] puts and removes its own contacts in Friends"]
            ),
            (
                "kind: webmail\nwebmail: {preset: sogo, url: \"https://w.test/SOGo\", username: ann, to: ann@b.test, password_file: p}",
                ["ann at https://w.test reads, and sends to ann@b.test"]
            ),
            (
                "kind: http\nhttp: {url: \"https://w.test/\", username: ann, password_file: p}",
                ["ann at https://w.test asks for https://w.test/"]
            ),
        ])
    func needs(journey: String, expected: [String]) throws {
        #expect(try needs(journey) == expected)
    }

    @Test("with a real Dovecot mailboxes, POP3 and scripts are tried, and nothing is left behind", .timeLimit(.minutes(1)))
    func dovecot() async throws {
        let dovecot = try await PrivateDovecot.start()
        let tls = TLSSettings(insecureSkipVerify: true)
        func tasks(_ password: String, folder: String = "INBOX") throws -> [any JourneyTask] {
            let account = try account(password)
            let mailbox = IMAPAccess(
                server: dovecot.endpoint(.imap), tls: .starttls, tlsSettings: tls, account: account, folder: folder)
            return [
                IMAPTask(mailbox, steps: IMAPStep.reading.union([.idle, .flag])),
                OutboundTask(
                    exchange: SMTPAccess(server: Endpoint(host: "127.0.0.1", port: 1)), to: "a@b.test",
                    destination: .mailbox(mailbox, account)),
                POP3Task(POP3Access(server: dovecot.endpoint(.pop3), tls: .starttls, tlsSettings: tls, account: account)),
                SieveTask(SieveAccess(server: dovecot.endpoint(.managesieve), tlsSettings: tls, account: account)),
            ]
        }
        for task in try tasks(PrivateDovecot.password) { #expect(await findings(task).map(\.fault) == [nil], "\(task)") }
        let missing = await findings(try #require(try tasks(PrivateDovecot.password, folder: "Nowhere").first))
        #expect(missing.first?.fault?.contains("there is no folder Nowhere; create it") == true, "\(missing)")
        for task in try tasks("swordfish-7") {
            let fault = await findings(task).first?.fault ?? ""
            #expect(fault.contains("login refused for the account ann") && !fault.contains("swordfish"), "\(fault)")
        }
        let unreadable = try #require(try tasks("").first)
        try FileManager.default.removeItem(atPath: directory.path + "/password")
        let unread = await findings(unreadable)
        #expect(unread.first?.fault != nil)
    }

    @Test(
        "a folder that cannot be written into is told",
        arguments: [
            ("* OK [PERMANENTFLAGS (\\Seen)] limited\r\n", "READ-WRITE", "may not remove messages from INBOX"),
            ("", "READ-ONLY", "may read INBOX and not write into it"), ("* OK [PERMANENTFLAGS (\\Deleted \\*)] x\r\n", "READ-WRITE", nil),
        ])
    func rights(told: String, code: String, fault: String?) async throws {
        let server = try await ScriptedServer.start(greeting: "* OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE] ready\r\n") {
            { line in
                let words = line.split(separator: " ").map(String.init)
                let tag = words.first ?? ""
                switch words.count > 1 ? words[1] : "" {
                case "LIST": return .init("* LIST () \"/\" INBOX\r\n\(tag) OK\r\n")
                case "SELECT": return .init("\(told)\(tag) OK [\(code)] opened\r\n")
                case "LOGIN": return .init("\(tag) OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE] in\r\n")
                case "LOGOUT": return .init("* BYE\r\n\(tag) OK\r\n", hangsUp: true)
                default: return .init("\(tag) OK\r\n")
                }
            }
        }
        let mailbox = IMAPAccess(server: server.endpoint, tls: .none, account: try account("s3cret"))
        let found = await findings(IMAPTask(mailbox, steps: [.select, .flag])).first
        #expect(fault == nil ? found?.fault == nil : found?.fault?.contains(fault ?? "") == true, "\(String(describing: found))")
        try await server.stop()
    }

    @Test("whether an account may send under its address is asked, and nothing is sent")
    func submission() async throws {
        let lines = Shared<[String]>([])
        let server = try await ScriptedServer.start(greeting: "220 smtp\r\n") {
            { line in
                lines.withLock { $0.append(String(line.prefix(9))) }
                switch line.prefix(4) {
                case "EHLO": return "250-smtp\r\n250 AUTH PLAIN\r\n"
                case "AUTH": return "235 2.7.0 in\r\n"
                case "QUIT": return .init("221 bye\r\n", hangsUp: true)
                case "RCPT" where line.contains("stranger"): return "553 5.7.1 not your address\r\n"
                case "RCPT" where line.contains("later"): return "451 4.7.1 greylisted\r\n"
                default: return "250 2.0.0 fine\r\n"
                }
            }
        }
        var access = SMTPAccess(
            server: server.endpoint, tls: .none, from: "tim@a.test", to: "ann@b.test", account: try account("x", of: "tim"))
        #expect(await findings(SMTPTask(access)).map(\.fault) == [nil])
        #expect(lines.value == ["EHLO post", "AUTH PLAI", "MAIL FROM", "RCPT TO:<", "RSET", "QUIT"])
        access.to = "stranger@b.test"
        let fault = await findings(SMTPTask(access)).first?.fault
        #expect(
            fault == "\(server.endpoint): the account tim may not send from <tim@a.test> to stranger@b.test: "
                + "RCPT TO was answered with 553 5.7.1 not your address")
        access.to = "later@b.test"
        let doubt = await findings(SMTPTask(access)).first?.fault
        #expect(
            doubt == "\(server.endpoint): cannot tell now whether the account tim may send from <tim@a.test> to later@b.test: "
                + "RCPT TO was answered with 451 4.7.1 greylisted")
        try await server.stop()
    }

    @Test("a webmail is signed in to and out of", arguments: [nil, ScriptedWebmail.Fault.wrongPassword])
    func webmail(fault: ScriptedWebmail.Fault?) async throws {
        let webmail = ScriptedWebmail(fault)
        let server = try await ScriptedWebServer.start { webmail.answer($0) }
        let section = """
            {preset: roundcube, url: "http://\(server.endpoint)/", username: ann, password_file: password, to: ann@b.test}
            """
        try directory.write(Array("se&cret \"word".utf8), to: "password")
        let file = directory.path + "/test.yml"
        let task = try ConfigurationSection.read(
            try ConfigurationFile.parse("webmail: \(section)", file: file), file: file, { WebmailTask($0, timeout: .seconds(10)) })
        let found = await findings(try #require(task)).first
        #expect((found?.fault == nil) == (fault == nil), "\(String(describing: found))")
        #expect(found?.fault?.contains("Login failed") ?? true)
        #expect(!server.requests.contains { $0.target.contains("compose") || $0.body.contains("_action=send") })
        #expect(server.requests.contains { $0.target.contains("_task=logout") } == (fault == nil))
        try await server.stop()
    }

    @Test("with a real Radicale calendars and address books are found, with the right to write into them", .timeLimit(.minutes(1)))
    func radicale() async throws {
        let radicale = try await PrivateRadicale.start()
        let url = try #require(HTTPURL("http://127.0.0.1:\(radicale.port)/"))
        let good = DAVAccess(url: url, account: try account(PrivateRadicale.password))
        let tasks: [any JourneyTask] = [CalDAVTask(good), CardDAVTask(good)]
        for task in tasks { #expect(await findings(task).map(\.fault) == [nil]) }
        var missing = good
        missing.collection = "Nowhere"
        #expect(await findings(CalDAVTask(missing)).first?.fault?.contains("has no calendar \"Nowhere\"") == true)
        let bad = DAVAccess(url: url, account: try account("wrong-word"))
        let fault = await findings(CardDAVTask(bad)).first?.fault ?? ""
        #expect(fault.contains("login refused for the account ann") && !fault.contains("wrong-word"))
    }
}

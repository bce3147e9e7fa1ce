import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

/// Every kind of journey that signs in, against servers that repeat whatever they were sent, in clear and as they decode it.
@Suite struct SecretEchoTests {
    enum Manner: CaseIterable, Sendable {
        /// Refuses the password, with all it was sent.
        case refuses
        /// Lets the journey in, and refuses what comes then with all it was sent.
        case refusesLater
        /// Answers the password with something that is no answer.
        case babbles
    }

    private static let username = "annie@example.test"

    struct Case: CustomTestStringConvertible, Sendable {
        let kind: String
        /// `SMTP`, `IMAP`, `POP`, `SIEVE` and `WEB` stand for the servers, `ACCOUNT` for username and password_file.
        let section: String
        var manners = Manner.allCases

        var testDescription: String { "\(kind): \(section)" }
    }

    private static let cases: [Case] =
        ["login", "plain", "xoauth2"].flatMap { auth in
            [
                Case(kind: "imap", section: "imap: {server: IMAP, tls: none, auth: \(auth), ACCOUNT}"),
                Case(kind: "pop3", section: "pop3: {server: POP, tls: none, auth: \(auth), ACCOUNT}"),
                Case(
                    kind: "smtp",
                    section: "smtp: {server: SMTP, tls: none, auth: \(auth), ACCOUNT, from: annie@example.test, to: b@c.test}",
                    manners: [.refuses, .babbles]),
            ]
        } + ["plain", "xoauth2"].map { Case(kind: "sieve", section: "sieve: {server: SIEVE, tls: none, auth: \($0), ACCOUNT}") } + [
            Case(
                kind: "inbound",
                section:
                    "smtp: {server: SMTP, tls: none, from: a@b.test, to: annie@example.test}\n  imap: {server: IMAP, tls: none, ACCOUNT}"
            ),
            Case(
                kind: "outbound",
                section: """
                    smtp: {server: SMTP, tls: none, ACCOUNT, from: annie@example.test, to: b@c.test}
                      imap: {server: IMAP, tls: none, ACCOUNT}
                    """),
            Case(
                kind: "round-trip",
                section: """
                    smtp: {server: SMTP, tls: none, ACCOUNT, from: annie@example.test, to: b@c.test}
                      imap: {server: IMAP, tls: none, ACCOUNT}
                    """),
            Case(
                kind: "negative",
                section: """
                    smtp: {server: SMTP, tls: none, from: a@b.test, to: annie@example.test}
                      submission: {server: SMTP, tls: none, ACCOUNT}
                      gtube: junk
                      eicar: quarantined
                      quarantine_wait: 1s
                      imap: {server: IMAP, tls: none, ACCOUNT}
                    """),
            Case(kind: "webmail", section: "webmail: {preset: roundcube, url: WEB, ACCOUNT}"),
            Case(kind: "webmail", section: "webmail: {preset: sogo, url: WEB, ACCOUNT}"),
            Case(
                kind: "webmail",
                section: """
                    webmail:
                        url: WEB
                        ACCOUNTS
                        send: false
                        steps:
                          - {phase: login, url: "{url}?{password}", checks: [{lacks: said, otherwise: it talks, quote: "said (.*)"}]}
                    """, manners: [.refuses]),
            Case(
                kind: "webmail",
                section: """
                    webmail:
                        url: WEB
                        ACCOUNTS
                        send: false
                        steps: [{phase: login, url: "x://{password}"}]
                    """, manners: [.refuses]),
            Case(kind: "caldav", section: "caldav: {url: WEB, ACCOUNT}"), Case(kind: "carddav", section: "carddav: {url: WEB, ACCOUNT}"),
            Case(kind: "http", section: "http: {url: WEB, ACCOUNT}"),
            Case(kind: "http", section: "http: {url: WEB, headers: {Authorization: 'Bearer PASSWORD'}}", manners: [.refuses]),
        ]

    @Test(
        "No password is read in a failure, in whichever form a server repeats it", arguments: cases,
        ["p\"a\\ss;é &=+%/", "p\"a\\ss; &=+%/w<'ord", "\"\\\"&<\"\\;\"\\\"\"&\\<"])
    func echo(journey: Case, password: String) async throws {
        for manner in journey.manners {
            let directory = TestDirectory()
            try directory.write(Array(password.utf8), to: "password")
            let servers = try await Servers.start(manner)
            let account = ["username: \(Self.username)", "password_file: \(directory.path)/password"]
            let section = journey.section.replacing("ACCOUNTS", with: account.joined(separator: "\n    "))
                .replacing("ACCOUNT", with: account.joined(separator: ", "))
                .replacing("PASSWORD", with: password.replacing("'", with: "''"))
            let text = "journeys:\n- name: echo\n  kind: \(journey.kind)\n  timeout: 10s\n  \(servers.named(in: section))\n"
            let file = try ConfigurationFile.parse(text, file: "f.yml")
            let read = try ConfigurationSection.read(file, file: "f.yml") { JourneyConfiguration.readAll($0) }
            let run = await (try WallClock().factory.make(try #require(read.first))).run()
            try await servers.stop()
            let told =
                ([run.failure] + run.steps.map(\.failure)).compactMap(\.self) + [
                    "\(run)".replacing("\\\\", with: "\\").replacing("\\\"", with: "\"")
                ]
            #expect(run.failure != nil)
            let all = told.joined(separator: "\n").lowercased()
            for form in Self.forms(of: password) where all.contains(form.lowercased()) {
                Issue.record("\(manner): \(form) in \(told)")
            }
            // The words of a web server's refusal are the standard's, and of its page only what a script asks for is told.
            if manner == .refuses, !["x://", "sogo", "http:"].contains(where: { journey.section.contains($0) }) {
                #expect(run.failure?.contains("••••") == true, "the server repeated nothing: \(run.failure ?? "")")
            }
        }
    }

    /// Every half of the password, in all its forms.
    private static func forms(of password: String) -> [String] {
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        func escaped(_ allowed: String) -> String {
            password.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: allowed)) ?? ""
        }
        let letters = "abcdefghijklmnopqrstuvwxyz"
        let forms = [
            password, password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""), escaped(letters),
            escaped(letters + " ").replacing(" ", with: "+"), base64(password),
            password.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;"),
            base64("\0\(username)\0\(password)"), base64("user=\(username)\u{1}auth=Bearer \(password)\u{1}\u{1}"),
            base64("\(username):\(password)"),
        ]
        return forms.flatMap { form in
            let half = form.count / 2
            return (0...(form.count - half)).map { String(form.dropFirst($0).prefix(half)) }
        }
    }

    // MARK: - Servers

    private struct Servers {
        let mail: [String: ScriptedServer]
        let web: ScriptedWebServer

        static func start(_ manner: Manner) async throws -> Servers {
            let sieve = "\"SASL\" \"PLAIN XOAUTH2\"\r\nOK\r\n"
            return Servers(
                mail: [
                    "SMTP": try await .start(greeting: "220 here\r\n") { Echo(manner).smtp },
                    "IMAP": try await .start(greeting: "* OK here\r\n") { Echo(manner).imap },
                    "POP": try await .start(greeting: "+OK here\r\n") { Echo(manner).pop3 },
                    "SIEVE": try await .start(greeting: .init(sieve)) { Echo(manner).sieve },
                ], web: try await .start { Self.answer($0, manner) })
        }

        func named(in section: String) -> String {
            mail.reduce(section.replacing("WEB", with: "http://\(web.endpoint)/")) {
                $0.replacing($1.key, with: "\"\($1.value.endpoint)\"")
            }
        }

        func stop() async throws {
            for server in mail.values { try await server.stop() }
            try await web.stop()
        }

        private static func answer(_ request: ScriptedWebServer.Request, _ manner: Manner) -> ScriptedWebServer.Answer {
            let login = request.fields["authorization"]?.split(separator: " ").last.map { decoded(String($0)) } ?? ""
            let form = request.body.replacing("+", with: " ").removingPercentEncoding ?? ""
            let said = [
                request.target, request.target.removingPercentEncoding ?? "", request.body, form, login,
                request.fields["authorization"] ?? "",
            ]
            .filter { !$0.isEmpty }.joined(separator: " ")
            let word = said.split(whereSeparator: \.isNewline).joined(separator: " ")
            let page =
                "<form><input name=_token value=t></form><input name=_pass>said \(said)<script>display_message(\"\(form.replacing("\"", with: "&quot;"))\")</script>"
            switch manner {
            case .refuses where request.method == "GET" && request.fields["authorization"] == nil && !request.target.contains("?"):
                return .page(page)
            case .refuses where request.method == "PROPFIND": return .page(login, status: "207 Multi-Status")
            case .refuses: return .page(page, status: "401 \(word)")
            case .refusesLater: return .redirect(to: "x:\(word.filter { $0.isASCII })?\(word.filter { $0.isASCII })")
            case .babbles: return .raw("\(word)\r\n\r\n")
            }
        }
    }

    private static func decoded(_ text: String) -> String {
        Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// One connection: remembers what was said last.
    private struct Echo: Sendable {
        let manner: Manner
        private let heard = Shared<[String]>([])
        private let isIn = Shared(false)
        private let tag = Shared("")
        private let isMessage = Shared(false)

        init(_ manner: Manner) {
            self.manner = manner
        }

        private func hear(_ line: String) {
            heard.withLock { $0 = ([line] + $0).prefix(3).map(\.self) }
        }

        /// What was heard, and what of it is base64.
        private var words: String {
            let words = heard.value.flatMap { line in
                [line] + line.split { $0 == " " || $0 == "\"" }.map { decoded(String($0)) }.filter { !$0.isEmpty }
            }
            return words.joined(separator: " ").replacing("\0", with: " ")
        }

        /// The answer to the password.
        private func verdict(_ welcome: String, _ refusal: String) -> ScriptedServer.Act {
            isIn.value = manner == .refusesLater
            return .init(manner == .refuses ? refusal : manner == .refusesLater ? welcome : "\(words)\r\n")
        }

        func smtp(_ line: String) -> ScriptedServer.Act {
            if isMessage.value {
                guard line == "." else { return .silence }
                isMessage.value = false
                return "250 taken\r\n"
            }
            hear(line)
            if line == "QUIT" { return .init("221 bye\r\n", hangsUp: true) }
            if isIn.value { return .init("550 \(words)\r\n") }
            switch line.prefix(4) {
            case "EHLO": return "250-here\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n"
            case "MAIL", "RCPT": return "250 ok\r\n"
            case "DATA":
                isMessage.value = true
                return "354 go on\r\n"
            case "RSET": return "250 ok\r\n"
            case "AUTH" where line.hasSuffix("LOGIN"): return "334 VXNlcm5hbWU6\r\n"
            case _ where !line.hasPrefix("AUTH") && decoded(line) == username: return "334 UGFzc3dvcmQ6\r\n"
            default: return verdict("235 in\r\n", "535 \(words)\r\n")
            }
        }

        func imap(_ line: String) -> ScriptedServer.Act {
            hear(line)
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            if parts.count > 1, ["CAPABILITY", "LOGIN", "AUTHENTICATE", "LIST", "SELECT", "EXAMINE", "LOGOUT"].contains(parts[1]) {
                tag.value = parts[0]
            }
            if line.hasSuffix("LOGOUT") { return .init("* BYE\r\n\(tag.value) OK\r\n", hangsUp: true) }
            if parts.count > 1, parts[1] == "CAPABILITY" {
                return .init("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n\(tag.value) OK\r\n")
            }
            if isIn.value { return .init("\(tag.value) NO \(words)\r\n") }
            if line.hasSuffix("}") || parts.count == 3 && parts[1] == "AUTHENTICATE" && !parts[2].contains(" ") { return "+ go\r\n" }
            return verdict("\(tag.value) OK\r\n", "\(tag.value) NO \(words)\r\n")
        }

        func pop3(_ line: String) -> ScriptedServer.Act {
            hear(line)
            if line == "QUIT" { return .init("+OK\r\n", hangsUp: true) }
            if isIn.value { return .init("-ERR \(words)\r\n") }
            if line == "CAPA" { return "-ERR\r\n" }
            return line.hasPrefix("USER") ? "+OK\r\n" : verdict("+OK\r\n", "-ERR \(words)\r\n")
        }

        func sieve(_ line: String) -> ScriptedServer.Act {
            hear(line)
            let refusal = "NO \"\(words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"\r\n"
            if line == "LOGOUT" { return .init("OK\r\n", hangsUp: true) }
            return isIn.value ? .init(refusal) : verdict("OK\r\n", refusal)
        }
    }
}

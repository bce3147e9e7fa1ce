import Foundation
import Journeys
import MailWire
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite struct WebmailJourneyTests {
    private static let password = "se&cret \"word"
    private let clock = WallClock()

    private func read(_ webmail: String, timeout: String) throws -> JourneyConfiguration {
        let text =
            "journeys:\n- name: web\n  kind: webmail\n  timeout: \(timeout)\n  webmail:\n"
            + webmail.split(separator: "\n").map { "    \($0)\n" }.joined()
        let node = try ConfigurationFile.parse(text, file: "f.yml")
        let journeys = try ConfigurationSection.read(node, file: "f.yml") { JourneyConfiguration.readAll($0) }
        return try #require(journeys.first)
    }

    /// Runs a journey against a server; `{}` in failures stands for the server's host and port.
    private func run(
        _ settings: String, timeout: String = "20s", _ script: @escaping ScriptedWebServer.Script
    ) async throws -> (run: JourneyRun, failure: String?, requests: [ScriptedWebServer.Request]) {
        let directory = TestDirectory()
        try directory.write(Array(Self.password.utf8), to: "password")
        let server = try await ScriptedWebServer.start(script)
        let webmail = "url: http://\(server.endpoint)\nusername: me@example.test\npassword_file: \(directory.path)/password\n" + settings
        let journey = try clock.factory.make(try read(webmail, timeout: timeout))
        let run = await journey.run()
        try await server.stop()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        #expect(run.failure?.contains("secret") != true && run.failure?.contains(Self.password) != true)
        return (run, run.failure?.replacing("\(server.endpoint)", with: "{}"), server.requests)
    }

    @Test("A visit sends itself a message, reads it and leaves nothing behind")
    func whole() async throws {
        let webmail = ScriptedWebmail()
        let (run, failure, requests) = try await run("preset: roundcube") { webmail.answer($0) }
        #expect(failure == nil)
        #expect(
            run.steps.map(\.phase) == [
                "resolve", "connect", "login", "login", "list", "folder", "send", "send", "arrival", "open", "delete", "delete", "delete",
                "delete", "logout",
            ])
        #expect(run.steps.allSatisfy { $0.wire == "webmail" })
        #expect(webmail.remaining.isEmpty)
        #expect(requests.contains { $0.body.contains("_to=me%40example.test") && $0.body.contains("_from=7") })
        #expect(
            run.samples.contains {
                $0.labels[LabelSet.metricNameLabel] == "probe_webmail_duration_seconds" && $0.labels["phase"] == "login"
            })
    }

    @Test("Without sending, the newest message is opened")
    func readingOnly() async throws {
        let (run, failure, requests) = try await run("preset: roundcube\nsend: false") { ScriptedWebmail().answer($0) }
        #expect(failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "login", "login", "list", "folder", "open", "logout"])
        #expect(requests.contains { $0.target.contains("_uid=4") })
    }

    @Test("What goes to somebody else is deleted where it was sent from")
    func sendingElsewhere() async throws {
        let webmail = ScriptedWebmail()
        let (run, failure, _) = try await run("preset: roundcube\nto: other@example.test") { webmail.answer($0) }
        #expect(failure == nil)
        #expect(
            run.steps.map(\.phase) == [
                "resolve", "connect", "login", "login", "list", "folder", "open", "send", "send", "delete", "delete", "logout",
            ])
        #expect(webmail.remaining.keys.map(\.self) == ["INBOX 11"])
    }

    @Test(
        "What a webmail does wrong is told with the step's name",
        arguments: [
            (
                .wrongPassword,
                "http://{}/?_task=login: answered 401 Unauthorized but the page still shows the login form during login; it says \"Login failed.\""
            ),
            (
                .storageDown,
                "http://{}/?_task=login: answered 200 OK but the page still shows the login form during login; username or password are refused"
            ),
            (.noToken, "http://{}/?_task=login: answered 200 OK but the page has no token (\"request_token\":\"([^\"]+)\") during login"),
            (
                .noFolder,
                "http://{}/?_task=mail&_action=list&_mbox={folder}&_remote=1: answered 200 OK but the folder is not listed during folder; it says \"No such folder.\""
            ),
            (
                .refusesSending,
                "http://{}/: answered 200 OK but the message was not sent during send; it says \"SMTP Error (535): refused\""
            ),
            (
                .losesMessage,
                "http://{}/?_task=mail&_action=search&_mbox=INBOX&_headers=subject&_scope=base&_remote=1&_q={probe}: answered 200 OK but the message that was sent has not come into the inbox during arrival within 900ms"
            ),
            (
                .failsDeletion,
                "http://{}/?_task=mail&_action=delete: answered 200 OK but the probe's message was not deleted during delete; it says \"Cannot delete.\""
            ),
        ] as [(ScriptedWebmail.Fault, String)])
    func failures(fault: ScriptedWebmail.Fault, sentence: String) async throws {
        let webmail = ScriptedWebmail(fault)
        let (run, failure, requests) = try await run("preset: roundcube", timeout: sentence.contains("900ms") ? "1s" : "20s") {
            webmail.answer($0)
        }
        #expect(failure == sentence)
        #expect(run.steps.last?.failure != nil)
        // Who is in leaves, whatever went wrong, on another connection where this one hangs.
        let isIn = ![.wrongPassword, .storageDown, .noToken].contains(fault)
        #expect(requests.contains { $0.target.contains("_task=logout") && $0.fields["cookie"] == "session=in" } == isIn)
    }

    /// The subject of a probe that a broken visit left behind.
    private func leftover() async throws -> String {
        let broken = ScriptedWebmail(.failsDeletion)
        let (_, failure, _) = try await run("preset: roundcube") { broken.answer($0) }
        #expect(failure != nil)
        return try #require(broken.remaining["INBOX 11"])
    }

    @Test("Leftovers of a broken run are taken along by a later one, and nobody else's message, whatever a search finds")
    func leftovers() async throws {
        let subject = try await leftover()
        let messages = [
            "INBOX 3": subject, "Sent 4": subject, "INBOX 5": "Postwatch probe", "INBOX 6": "Re: " + subject, "INBOX 7": subject + " today",
            "INBOX 8": String(subject.dropLast()) + (subject.hasSuffix("0") ? "1" : "0"), "Sent 9": "Fwd: " + subject, "Sent 10": "lunch",
        ]
        let early = ScriptedWebmail(.findsEverything, holding: messages)
        let (_, success, _) = try await run("preset: roundcube") { early.answer($0) }
        #expect(success == nil)
        #expect(early.remaining == messages, "a visit that began so lately may be under way")

        clock.advance(by: .seconds(81))
        let later = ScriptedWebmail(.findsEverything, holding: messages)
        let (_, again, _) = try await run("preset: roundcube") { later.answer($0) }
        #expect(again == nil)
        #expect(later.remaining == messages.filter { $0.value != subject })
    }

    @Test("Visits that overlap let each other's messages be")
    func overlap() async throws {
        let webmail = ScriptedWebmail(.silentAtFirst)
        async let hanging = run("preset: roundcube", timeout: "5s") { webmail.answer($0) }
        while webmail.openings == 0 { await Task.yield() }
        let others = webmail.remaining
        #expect(others.count == 2)
        let (_, success, _) = try await run("preset: roundcube", timeout: "5s") { webmail.answer($0) }
        #expect(success == nil)
        #expect(webmail.remaining == others)
        #expect(try await hanging.failure?.contains("timed out during open") == true)
    }

    @Test(
        "An operator's own steps know their messages by the subjects in texts, JSON and HTML",
        arguments: [
            (#"regex: "<li id='(\\w+)'>(.*?)</li>""#, #"<ul><li id='a'>lunch</li><li id='b'>{}</li></ul>"#),
            (
                "json: /found, value: /id, subject: /what/0",
                #"{"found": [{"id": 1, "what": ["lunch"]}, {"id": 2}, 3, {"id": "b", "what": [" {} "]}]}"#
            ),
            ("xpath: //li, value: '@id', subject: ./b", "<ul><li id=a><b>lunch</b></li><li><b>x</b></li><li id=b><b>{}</b></li></ul>"),
        ])
    func ownMessages(list: String, page: String) async throws {
        let subject = try await leftover()
        clock.advance(by: .seconds(81))
        let settings = """
            send: false
            steps:
              - {phase: look, url: "{url}list", extract: [{name: own, whose: journey, \(list), all: ","}]}
              - {phase: clear, url: "{url}delete?{own}"}
              - {phase: look, url: "{url}list", extract: [{name: sent, whose: visit, \(list)}]}
            """
        let (_, failure, requests) = try await run(settings) { _ in .page(page.replacing("{}", with: subject)) }
        #expect(requests.map(\.target) == ["/list", "/delete?b", "/list"])
        #expect(
            failure?.contains("answered 200 OK but the page does not list the message that was sent as sent") == true, "\(failure ?? "")")
    }

    @Test("An operator's own steps use forms, JSON, cookies and texts of pages")
    func ownSteps() async throws {
        let settings = #"""
            send: false
            headers: {X-Token: "{seen}"}
            steps:
              - phase: login
                url: "{url}in"
                extract: [{name: seen, cookie: c, default: none}, {name: word, regex: "word is (\\w+)"}]
              - phase: login
                form_from: "//form"
                form: {user: "{username}", pass: "{password}"}
                checks: [{json: /user/name, equals: "{username}"}, {matches: '"ok": *true'}]
                extract: [{name: link, json: /link}]
              - phase: look
                url: "{link}"
                checks: [{xpath: "//h1"}, {no_xpath: "//h2"}, {lacks: error}]
              - phase: ask
                method: PUT
                url: "things/{word}"
                json: '{"p": "{password}"}'
                status: [201]
              - phase: never
                url: "{url}never"
                unless: word
            """#
        let (run, failure, requests) = try await run(settings) { request in
            switch request.target {
            case "/in":
                .page(
                    "word is a1 <form action='do/it' method=post><input name=user><input name=h value='1 2'></form>",
                    "Set-Cookie: c=k; Path=/")
            case "/do/it": .page(#"{"user": {"name": "me@example.test"}, "ok": true, "link": "/look?a=b&c=d"}"#)
            case "/look?a=b&c=d": .page("<h1>there</h1>")
            default: .page("", status: "201 Created")
            }
        }
        #expect(failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "login", "login", "look", "ask"])
        #expect(requests[1].body == "h=1+2&pass=se%26cret+%22word&user=me%40example.test")
        #expect(requests[1].fields["x-token"] == "k")
        #expect(requests[3].method == "PUT" && requests[3].target == "/things/a1")
        #expect(requests[3].body == #"{"p": "se&cret \"word"}"#)
    }

    @Test(
        "Settings that cannot be are refused with what to write",
        arguments: [
            ("username: a@b\npassword_file: /p\npreset: roundcube", "webmail.url: found nothing"),
            ("url: https://a/\npreset: roundcube", "webmail.username: found nothing; write username and password_file"),
            ("url: https://a/\nusername: a@b\npassword_file: /p", "webmail.preset: found nothing; write preset: roundcube or sogo"),
            ("url: https://a/\nusername: a\npassword_file: /p\npreset: sogo", "write to: with the account's address, or send: false"),
            ("url: https://a/\nusername: a@b\npassword_file: /p\npreset: sogo\nsteps: []", "found steps beside it"),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: '{nobody}'}]",
                "found the variable {nobody} that nothing gives a value"
            ),
            ("url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, checks: [{}]}]", "found no check"),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, checks: [{xpath: '//['}]}]",
                "write an XPath such as"
            ),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, form: {b: c}, json: d}]",
                "found more than one content"
            ),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, extract: [{name: b, regex: '(b)', whose: visit}]}]",
                "found 1 groups; write two: what stands for the message, and its subject"
            ),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, extract: [{name: b, json: /b, whose: journey}]}]",
                "write value and subject beside xpath or json, or regex with two groups"
            ),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x, url: a, extract: [{name: url, regex: b}]}]",
                "found url, which every script has"
            ),
            (
                "url: https://a/\nusername: a@b\npassword_file: /p\nsteps: [{phase: x}]",
                "write an address such as {url}?_task=login, or form_from"
            ),
        ])
    func faults(settings: String, words: String) throws {
        let error = #expect(throws: ConfigurationFaults.self) { try read(settings, timeout: "20s") }
        let faults = try #require(error)
        #expect(faults.description.contains(words), "\(faults)")
    }
}

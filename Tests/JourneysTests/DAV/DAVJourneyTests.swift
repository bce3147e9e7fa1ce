import Foundation
import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Journeys

@Suite struct DAVJourneyTests {
    private let clock = WallClock()

    private func run(
        _ kind: String, port: Int, path: String = "", timeout: Duration = .seconds(20), password: String = PrivateRadicale.password,
        collection: String? = nil
    ) async throws -> JourneyRun {
        let directory = TestDirectory()
        try directory.write(Array(password.utf8), to: "password")
        let access = DAVAccess(
            url: try #require(HTTPURL("http://127.0.0.1:\(port)\(path)")),
            account: MailAccount(username: "ann", password: .file(directory.path + "/password")), collection: collection)
        let task: any JourneyTask = kind == "caldav" ? CalDAVTask(access) : CardDAVTask(access)
        let run = await (try clock.factory.make(JourneyConfiguration(name: "dav-1", task: task, timeout: timeout))).run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run
    }

    @Test(
        "With a real Radicale every step is timed, and nothing stays behind",
        arguments: [("caldav", "calendar", "Private"), ("carddav", "contacts", "Friends")])
    func realRadicale(kind: String, collection: String, name: String) async throws {
        let radicale = try await PrivateRadicale.start()
        let mark = ProbeMark(journey: "dav-1", id: "dav-0", sentAt: clock.now - .seconds(3600))
        let orphan = DAVItem(mark: mark, key: ProbeSigningKey(Array("a key of the tests".utf8)))
        let service: DAVService = kind == "caldav" ? .calendar : .contacts
        try radicale.write(service.item(orphan), to: "orphan.\(service.fileExtension)", in: collection)
        let foreign = DAVItem(mark: mark, key: ProbeSigningKey(Array("the key of somebody else".utf8)))
        let kept = service.item(foreign).replacing("dav-0", with: "dav-1")
        try radicale.write(kept, to: "kept.\(service.fileExtension)", in: collection)
        for path in ["", "/ann/"] {
            let run = try await run(kind, port: radicale.port, path: path, collection: path.isEmpty ? nil : name)
            #expect(run.failure == nil)
            #expect(
                run.steps.map(\.phase) == [
                    "resolve", "connect", "discover", "propfind", "put", "get", "report", "sync", "second-client", "delete",
                ])
            #expect(run.steps.allSatisfy { $0.wire == kind })
        }
        #expect(radicale.items(in: collection) == ["kept.\(service.fileExtension)"])

        let refused = try await run(kind, port: radicale.port, password: "wrong")
        #expect(
            refused.failure
                == "http://127.0.0.1:\(radicale.port)/: login refused for the account ann: 401 Unauthorized during discover, expected 207 Multi-Status"
        )
        let missing = try await run(kind, port: radicale.port, collection: "Nowhere")
        #expect(missing.failure?.contains("the account ann has no \(service.collectionName) \"Nowhere\" among 1 during propfind") == true)
    }

    @Test("A server that is not there is refused during connect")
    func nobody() async throws {
        let run = try await run("caldav", port: FreePort.next())
        #expect(run.failure?.hasSuffix("connection refused during connect") == true)
        #expect(run.steps.last?.phase == "connect")
    }

    // MARK: Servers that misbehave

    /// Answers one request after the other by their methods; what is not listed goes well.
    private func scripted(_ answers: [String: String], timeout: Duration = .seconds(20)) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: .silence) {
            let method = Shared("")
            return { line in
                // The line may begin with the end of a body.
                for known in ["PROPFIND", "PUT", "GET", "DELETE"] where line.contains("\(known) /") && line.hasSuffix(" HTTP/1.1") {
                    method.value = known
                }
                guard line.isEmpty else { return .silence }
                let answer = answers[method.value] ?? Self.willing(method.value)
                return .init(answer)
            }
        }
        let run = try await run("caldav", port: server.endpoint.port, path: "/dav/", timeout: timeout)
        try await server.stop()
        return (run, "http://127.0.0.1:\(server.endpoint.port)")
    }

    private static func willing(_ method: String) -> String {
        guard method == "PROPFIND" else { return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n" }
        return multistatus(
            """
            <response><href>/dav/</href><propstat><prop><current-user-principal><href>/dav/</href></current-user-principal>\
            <C:calendar-home-set><href>/dav/</href></C:calendar-home-set><resourcetype><C:calendar/></resourcetype></prop>\
            <status>HTTP/1.1 200 OK</status></propstat></response>
            """)
    }

    private static func multistatus(_ inner: String) -> String {
        let body = "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\(inner)</multistatus>"
        return "HTTP/1.1 207 Multi-Status\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    struct Mistake {
        let method: String
        let answer: String
        let sentence: String

        init(_ method: String, _ answer: String, _ sentence: String) {
            self.method = method
            self.answer = answer
            self.sentence = sentence
        }
    }

    private static let mistakes: [Mistake] = [
        Mistake(
            "PROPFIND", multistatus(""),
            "/dav/: the answer does not say the principal of ann (current-user-principal) during discover, expected an address of it"
        ),
        Mistake(
            "PROPFIND", "HTTP/1.1 207 OK\r\nContent-Length: 6\r\n\r\n<html>",
            "/dav/: PROPFIND was answered with \"<html>\" instead of XML during discover, expected a multistatus"
        ),
    ]

    @Test("What goes wrong is told with its phase and in words", arguments: mistakes)
    func failures(mistake: Mistake) async throws {
        let (run, place) = try await scripted([mistake.method: mistake.answer])
        #expect(run.failure?.contains(mistake.sentence) == true, "\(run.failure ?? "")")
        #expect(run.failure?.hasPrefix(place) == true)
    }

    @Test("An item that came back changed is a failure")
    func changed() async throws {
        let created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
        let (run, _) = try await scripted(["PUT": created, "GET": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"])
        #expect(run.failure?.contains("the item came back without its signed mark during get, expected what was put") == true)
    }

    @Test("What was put is taken away again on another connection where the server falls silent or hangs up", arguments: [true, false])
    func farewell(hangsUp: Bool) async throws {
        let home = """
            <multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>/dav/</href><propstat><prop>\
            <current-user-principal><href>/dav/</href></current-user-principal><C:calendar-home-set><href>/dav/</href></C:calendar-home-set>\
            <resourcetype><C:calendar/></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>
            """
        let server = try await ScriptedWebServer.start { request in
            switch request.method {
            case "PROPFIND": .page(home, status: "207 Multi-Status")
            case "PUT": .page("", status: "201 Created")
            case "GET": hangsUp ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nBEGIN") : .silence
            default: .page("", status: "204 No Content")
            }
        }
        let run = try await run("caldav", port: server.endpoint.port, path: "/dav/", timeout: .seconds(hangsUp ? 20 : 2))
        try await server.stop()
        #expect(run.steps.last?.phase == "get" && run.failure?.contains(hangsUp ? "closed the connection" : "timed out") == true)
        let put = try #require(server.requests.first { $0.method == "PUT" })
        let last = try #require(server.requests.last)
        #expect(last.method == "DELETE" && last.target == put.target && last.fields["authorization"] == put.fields["authorization"])
        #expect(server.connections == 2)
    }

    @Test("Long lines are folded, and the mark is read back from them")
    func folding() {
        let key = ProbeSigningKey(Array("a key of the tests".utf8))
        let mark = ProbeMark(journey: "a-journey-with-a-long-name", id: "dav-1234567890abcdef", sentAt: clock.now)
        for service in [DAVService.calendar, .contacts] {
            let text = service.item(DAVItem(mark: mark, key: key))
            #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
            #expect(DAVItem.mark(in: text, verifiedWith: key) == mark)
            #expect(DAVItem.mark(in: text, verifiedWith: ProbeSigningKey(Array("the key of somebody else".utf8))) == nil)
        }
    }
}

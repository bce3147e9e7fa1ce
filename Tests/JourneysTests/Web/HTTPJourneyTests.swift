import Foundation
import Journeys
import MailClient
import MailWire
import NIOSSL
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite struct HTTPJourneyTests {
    /// Runs a journey against a server; `{}` in failures stands for the server's host and port.
    private func run(
        path: String = "/", timeout: Duration = .seconds(20), _ script: @escaping ScriptedWebServer.Script,
        configured: (inout HTTPAccess) -> Void = { _ in }
    ) async throws -> (run: JourneyRun, failure: String?, server: ScriptedWebServer) {
        let server = try await ScriptedWebServer.start(script)
        var access = HTTPAccess(url: try #require(HTTPURL("http://\(server.endpoint)\(path)")))
        configured(&access)
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "page", task: HTTPTask(access), timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, run.failure?.replacing("\(server.endpoint)", with: "{}"), server)
    }

    private func figure(_ name: String, of run: JourneyRun) -> Double? {
        run.samples.first { $0.labels[LabelSet.metricNameLabel] == name }?.value
    }

    @Test("A page is asked for in timed phases")
    func success() async throws {
        let (run, failure, server) = try await run { _ in .page("hello") }
        #expect(failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "processing", "transfer"])
        #expect(run.steps.allSatisfy { $0.wire == "http" })
        #expect(figure("probe_http_status_code", of: run) == 200)
        #expect(figure("probe_http_ssl", of: run) == 0)
        #expect(server.requests.first?.fields["accept-encoding"] == "identity")
    }

    @Test("One web server of several is gone to, and asked for what the URL names")
    func destination() async throws {
        let (run, _, server) = try await run { _ in
            .page("hello")
        } configured: { access in
            access.destination = WebDestination(Endpoint(host: "127.0.0.1", port: access.url.port))
            if let url = HTTPURL("http://www.example.invalid/login") { access.url = url }
        }
        #expect(run.failure == nil)
        #expect(server.requests.map(\.target) == ["/login"])
        #expect(server.requests.first?.fields["host"] == "www.example.invalid")
        let (failed, _, other) = try await self.run { _ in
            .page("hello", status: "500 Broken")
        } configured: { access in
            access.destination = WebDestination(Endpoint(host: "127.0.0.1", port: access.url.port))
            if let url = HTTPURL("http://www.example.invalid/login") { access.url = url }
        }
        #expect(failed.failure?.hasPrefix("http://www.example.invalid/login [\(other.endpoint)]: answered 500") == true, "\(failed)")
    }

    @Test(
        "What a server does wrong is told with its place and phase",
        arguments: [
            (.raw(""), "http://{}/: the server closed the connection during processing, expected the answer to GET", "processing"),
            (
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", hangsUp: false),
                "http://{}/: timed out during transfer: the end of the answer to GET did not come within 400ms", "transfer"
            ),
            (
                .raw("220 mx-1 ESMTP\r\n", hangsUp: false),
                "http://{}/: the server sent \"220 mx-1 ESMTP  \" instead of an HTTP/1.1 answer during transfer, expected the end of the answer to GET",
                "transfer"
            ),
            (
                .page("x", "Content-Encoding: gzip"),
                "http://{}/: the answer is compressed (gzip) during transfer, which was not asked for", "transfer"
            ),
            (.redirect(to: "/"), "http://{}/: redirected more than 10 times in a row during processing, expected a page", "processing"),
            (
                .redirect(to: "mailto:a@b"), "http://{}/: redirected to \"mailto:a@b\" during processing, expected an address of the web",
                "processing"
            ),
        ] as [(ScriptedWebServer.Answer, String, String)])
    func failures(answer: ScriptedWebServer.Answer, sentence: String, phase: String) async throws {
        let (run, failure, _) = try await run(timeout: .milliseconds(sentence.contains("400ms") ? 400 : 20_000)) { _ in answer }
        #expect(failure == sentence)
        #expect(run.steps.last?.phase == phase)
        #expect(run.steps.last?.failure != nil)
    }

    @Test("Redirects are followed with their cookies, and a POST becomes a GET")
    func redirects() async throws {
        let (run, failure, server) = try await run(path: "/a") { request in
            request.target == "/a" ? .redirect(to: "b?c", "Set-Cookie: s=1; Path=/; HttpOnly") : .page("there")
        } configured: {
            $0.method = "POST"
            $0.body = "x"
            $0.contained = "there"
        }
        #expect(failure == nil)
        #expect(server.requests.map(\.method) == ["POST", "GET"])
        #expect(server.requests.last?.target == "/b?c")
        #expect(server.requests.last?.fields["cookie"] == "s=1")
        #expect(server.requests.last?.body == "")
        #expect(server.connections == 1)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "processing", "transfer", "processing", "transfer"])
        #expect(figure("probe_http_redirects", of: run) == 1)
    }

    @Test("A redirect is an answer where none shall be followed")
    func redirectNotFollowed() async throws {
        let (run, failure, _) = try await run { _ in
            .redirect(to: "/")
        } configured: {
            $0.followsRedirects = false
            $0.statuses = [StatusRange(302...302)]
        }
        #expect(failure == nil)
        #expect(figure("probe_http_status_code", of: run) == 302)
    }

    @Test("A server that closes behind each answer is connected to anew")
    func closing() async throws {
        let (_, failure, server) = try await run(path: "/a") { request in
            request.target == "/a" ? Self.closing(.redirect(to: "/b", "Connection: close")) : .page("there")
        }
        #expect(failure == nil)
        #expect(server.connections == 2)
    }

    private static func closing(_ answer: ScriptedWebServer.Answer) -> ScriptedWebServer.Answer {
        .init(bytes: answer.bytes, hangsUp: true)
    }

    @Test("What the page lacks is told")
    func content() async throws {
        let lacking = try await run { _ in
            .page("hello")
        } configured: {
            $0.contained = "goodbye"
        }
        #expect(lacking.failure == "http://{}/: answered 200 OK with a page during processing, expected one that has \"goodbye\" in it")
        let pattern = try RegularExpression("^good", matching: .anywhere)
        let unlike = try await run { _ in
            .page("hello")
        } configured: {
            $0.pattern = pattern
        }
        #expect(unlike.failure == "http://{}/: answered 200 OK with a page during processing, expected one that matches \"^good\"")
    }

    @Test("Basic authentication is sent to its own server, and its password is in no failure")
    func basicAuthentication() async throws {
        let directory = TestDirectory()
        try directory.write(Array("secret word\n".utf8), to: "password")
        let (_, failure, server) = try await run { request in
            .page("", status: "401 secret word \(request.fields["authorization"] ?? "")")
        } configured: {
            $0.account = MailAccount(username: "me", password: .file(directory.path + "/password"))
        }
        #expect(server.requests.first?.fields["authorization"] == "Basic bWU6c2VjcmV0IHdvcmQ=")
        #expect(
            failure == "http://{}/: login refused for the account me: 401 Unauthorized during processing, expected 200 to 299")
    }

    @Test("An expired certificate is a failure of the step tls, and its end is told")
    func expiredCertificate() async throws {
        let directory = TestDirectory()
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.expiredCertificate.utf8)).map {
                    .certificate($0)
                },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificates.expiredKey.utf8), format: .pem))))
        let server = try await ScriptedWebServer.start(tls: context) { _ in .page("hello") }
        let url = try #require(HTTPURL("https://\(server.endpoint)/"))
        let settings = TLSSettings(caFile: directory.path + "/ca.pem", serverName: "mail.example.test")
        let journey = try WallClock().factory.make(
            JourneyConfiguration(name: "page", task: HTTPTask(HTTPAccess(url: url, tlsSettings: settings))))
        let run = await journey.run()
        #expect(run.failure == "\(server.endpoint): certificate expired on 2021-06-15 during tls")
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "tls"])
        #expect(run.certificateExpiry != nil)
        #expect(figure("probe_http_status_code", of: run) == 0)
        try await server.stop()
    }

    @Test("Nobody there is a failure of the step connect")
    func nobodyThere() async throws {
        let server = try await ScriptedWebServer.start { _ in .silence }
        try await server.stop()
        let url = try #require(HTTPURL("http://\(server.endpoint)/"))
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "page", task: HTTPTask(HTTPAccess(url: url))))
        #expect(await journey.run().failure == "\(server.endpoint): connection refused during connect")
    }

    @Test(
        "Settings that cannot be are refused with what to write",
        arguments: [
            ("{}", "found nothing; write a text such as https://webmail.example.test/"),
            ("{url: 'ftp://a/'}", "found \"ftp://a/\"; write an address such as https://webmail.example.test/"),
            (
                "{url: 'https://me:secret@a/'}",
                "found a user or a password in the URL; write the address alone, and username with password_file"
            ),
            ("{url: 'https://a/', status: [20]}", "found \"20\"; write a list of statuses such as [200] or [200-299, 401]"),
            ("{url: 'https://a/', body_matches: '('}", "write a regular expression in RE2 syntax"),
            ("{url: 'https://a/', headers: {'a b': c}}", "found \"a b\" that cannot be sent; write names and values of one line each"),
        ])
    func faults(section: String, words: String) throws {
        let text = "journeys: [{name: page, kind: http, http: \(section)}]"
        let node = try ConfigurationFile.parse(text, file: "f.yml")
        let error = #expect(throws: ConfigurationFaults.self) {
            _ = try ConfigurationSection.read(node, file: "f.yml") { JourneyConfiguration.readAll($0) }
        }
        let faults = try #require(error)
        #expect(faults.description.contains(words), "\(faults)")
        #expect(!faults.description.contains("secret"))
    }
}

import MailWire
import Testing

@Suite struct SMTPAuthenticationTests {
    private func challenge(_ text: String = "") -> SMTPReply { SMTPReply(code: 334, lines: [text]) }
    private let accepted = SMTPReply(code: 235, lines: ["2.7.0 ok"])
    private let refused = SMTPReply(code: 535, lines: ["5.7.8 no"])

    private func line(_ command: SMTPCommand) throws -> String { String(decoding: try command.encoded(), as: UTF8.self) }

    @Test("PLAIN says everything at once")
    func plain() throws {
        var exchange = try SMTPAuthentication(.plain, username: "tim", secret: "tanstaaftanstaaf")
        // The example of RFC 4616, section 4.
        #expect(try line(exchange.begin()) == "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n")
        #expect(exchange.take(accepted) == .accept)
        #expect(exchange.take(refused) == .refuse(refused))
    }

    @Test("LOGIN gives user and password when it is asked, whatever the words of the question")
    func login() throws {
        var exchange = try SMTPAuthentication(.login, username: "tim", secret: "secret")
        #expect(try line(exchange.begin()) == "AUTH LOGIN\r\n")
        #expect(exchange.take(challenge("VXNlcm5hbWU6")) == .send(.response("dGlt")))
        #expect(exchange.take(challenge("anything")) == .send(.response("c2VjcmV0")))
        #expect(exchange.take(accepted) == .accept)
    }

    @Test("XOAUTH2 answers the challenge that tells the refusal with an empty line, and only once")
    func refusedToken() throws {
        var exchange = try SMTPAuthentication(.xoauth2, username: "a@b.test", secret: "token")
        #expect(try line(exchange.begin()) == "AUTH XOAUTH2 dXNlcj1hQGIudGVzdAFhdXRoPUJlYXJlciB0b2tlbgEB\r\n")
        #expect(exchange.take(challenge("eyJzdGF0dXMiOiI0MDAifQ==")) == .send(.response("")))
        #expect(try line(.response("")) == "\r\n")
        #expect(exchange.take(refused) == .refuse(refused))
    }

    @Test("A token that makes the line too long waits until the server asks for it")
    func longToken() throws {
        var exchange = try SMTPAuthentication(.xoauth2, username: "a@b.test", secret: String(repeating: "t", count: 2000))
        #expect(try line(exchange.begin()) == "AUTH XOAUTH2\r\n")
        guard case .send(.response(let response)) = exchange.take(challenge()) else {
            Issue.record("no response")
            return
        }
        #expect(response.count > 2000)
        #expect(exchange.take(accepted) == .accept)
    }

    @Test("A server that asks for ever is given up, and its later consent counts for nothing", arguments: SMTPMechanism.allCases)
    func endlessChallenges(mechanism: SMTPMechanism) throws {
        var exchange = try SMTPAuthentication(mechanism, username: "a", secret: "b")
        _ = exchange.begin()
        var effects: [SMTPAuthentication.Effect] = []
        while effects.count < 10 {
            effects.append(exchange.take(challenge()))
            if case .refuse = effects.last { break }
        }
        #expect(effects.count <= 4)
        #expect(effects.last == .refuse(challenge()))
        #expect(exchange.take(accepted) == .refuse(accepted))
    }

    @Test("A command never shows what it carries")
    func discretion() {
        #expect("\(SMTPCommand.response("c2VjcmV0"))" == "AUTH")
        #expect("\(SMTPCommand.authenticate(mechanism: "PLAIN", initialResponse: "c2VjcmV0"))" == "AUTH")
    }
}

import Journeys
import MailClient
import MailWire
import PostwatchModel
import Testing

@testable import Journeys

@Suite struct AcceptanceTests {
    /// - Parameter password: what the run has sent.
    private func acceptance(_ reply: String, after password: String) throws -> (Acceptance, SecretVeil) {
        let access = SMTPAccess(server: Endpoint(host: "smtp.example.test", port: 587), to: "a@example.test", address: "192.0.2.11")
        let setting = WallClock().factory.setting(of: JourneyConfiguration(name: "in-1", task: SMTPTask(access)), labels: [:])
        let recorder = setting.makeRecorder()
        recorder.veil.hide(Secret(password), of: "ann")
        let exchange = MailExchange(route: try ExchangeRoute(access), setting: setting, recorder: recorder)
        return (Acceptance(SMTPReply(code: 250, lines: [reply]), to: exchange, under: recorder.veil), recorder.veil)
    }

    @Test("The queue id is the server's own, although the password has letters in common with it")
    func queueID() throws {
        let (acceptance, veil) = try acceptance("2.0.0 Ok: queued as 3FBEEF1C09", after: "beef1c02")
        #expect(acceptance.queueID == "3FBEEF1C09")
        #expect(acceptance.reply == "250 2.0.0 Ok: queued as 3FBEEF1C09")
        let sentence = acceptance.notSeen("in the mailbox", within: .seconds(5))
        #expect(veil.covering(sentence) == sentence)
        #expect(sentence.hasPrefix("accepted by smtp.example.test:587 [192.0.2.11] (queued as 3FBEEF1C09) but not seen"))
        #expect(acceptance.endpoint == "smtp.example.test:587")
    }

    @Test("A server that calls the message by the password is not believed")
    func secret() throws {
        let (acceptance, _) = try acceptance("2.0.0 Ok: queued as beef1c02", after: "beef1c02")
        #expect(acceptance.queueID == nil)
        #expect(acceptance.reply == "250 2.0.0 Ok: queued as ••••")
    }
}

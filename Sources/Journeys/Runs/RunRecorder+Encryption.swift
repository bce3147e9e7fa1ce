import MailClient
import MailWire

extension RunRecorder {
    /// The step `tls`: encrypts a connection and notes when its certificates end, also when they are refused. Without `tls` there is
    /// no such step.
    func secure<Parser: ReplyParsing>(
        _ conversation: Conversation<Parser>, with tls: TLSClient?, host: String, wire: String, place: String
    ) async throws {
        guard let tls else { return }
        let context = StepContext(wire: wire, phase: "tls", place: place, awaited: "the end of the TLS handshake")
        var refusal: StepFailure?
        do throws(StepFailure) {
            try await step(context) {
                Stamped((), at: try await conversation.secure(with: tls, host: host, before: deadline))
            }
        } catch {
            refusal = error
        }
        note(certificateExpiry: await conversation.earliestCertificateExpiry())
        if let refusal { throw refusal }
        note(tlsVersion: await conversation.tlsVersion())
    }
}

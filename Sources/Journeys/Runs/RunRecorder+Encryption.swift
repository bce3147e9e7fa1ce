import MailClient

extension RunRecorder {
    /// The step `tls`: encrypts a connection and notes when its certificates end, also when they are refused. Without `tls` there is
    /// no such step.
    /// - Parameter phase: what a failure calls the step.
    func secure(
        _ conversation: some EncryptableConnection, with tls: TLSClient?, host: String, wire: String, place: String, phase: String = "tls"
    ) async throws {
        guard let tls else { return }
        let context = StepContext(wire: wire, phase: phase, place: place, awaited: "the end of the TLS handshake")
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

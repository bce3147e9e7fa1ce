import MailClient
import PostwatchModel

/// Looks at the certificates of a server, by STARTTLS where its protocol wants that, and tells all that is wrong with them, where a
/// client stops at the first fault.
struct TLSJourney: JourneyRunning {
    let setting: JourneySetting
    let access: TLSAccess
    /// With a client that observes.
    let probe: CertificateProbe
    let verifier: CertificateVerifier

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        do {
            try await judge(try await look(recorder), recorder)
        } catch {
            recorder.fail("\(error)")
        }
        return setting.run(recorder, startedAt: startedAt)
    }

    // MARK: - Private

    private func look(_ recorder: RunRecorder) async throws -> ShownChain {
        let server = access.server
        let addresses = try await recorder.step(context("resolve", "the address of \(server.host)")) {
            try await setting.resolver.addresses(of: access.address ?? server.host, port: server.port, before: recorder.deadline)
        }
        do throws(EncryptionFailure) {
            return try await probe.chain(
                at: addresses, host: server.host, speaking: access.mailProtocol, before: recorder.deadline
            ) { phase, end in
                recorder.pass(phase, on: "tls", at: end)
            }
        } catch {
            return try await recorder.step(context(error.phase, awaited(in: error.phase))) { () throws -> Stamped<ShownChain> in
                switch error {
                case .connection(let failure, _): throw failure
                case .notOffered, .unwelcome, .declined, .noCertificate:
                    throw StepFailure("\(access.place): \(error) during \(error.phase)")
                }
            }
        }
    }

    private func judge(_ chain: ShownChain, _ recorder: RunRecorder) async throws {
        recorder.note(certificateExpiry: chain.earliestExpiry)
        recorder.note(tlsVersion: chain.version)
        if let leaf = chain.certificates.first {
            recorder.note("probe_ssl_last_chain_info", 1, Self.labels(of: CertificateDetails(leaf)))
        }
        guard !access.tlsSettings.insecureSkipVerify else { return }
        try await recorder.step(context("verify", "the verdict")) {
            let verdict = await verifier.verdict(on: chain, host: access.serverName, at: setting.wallClock())
            if let expiry = verdict.chainExpiry {
                recorder.note("probe_ssl_last_chain_expiry_timestamp_seconds", Double(expiry))
            }
            guard verdict.isTrusted else {
                let faults = verdict.faults.map { "\($0)" }.joined(separator: "; ")
                throw StepFailure("\(access.place): \(faults), during verify")
            }
            return Stamped((), at: .now())
        }
    }

    private static func labels(of leaf: CertificateDetails) -> LabelSet {
        [
            "fingerprint_sha256": leaf.fingerprint, "subject": leaf.subject, "issuer": leaf.issuer,
            "subjectalternative": leaf.names.joined(separator: ","), "serialnumber": leaf.serialNumber,
        ]
    }

    private func awaited(in phase: String) -> String {
        switch phase {
        case "connect": "the connection"
        case "greeting": "the greeting"
        case "ehlo": "the answer to EHLO"
        case "starttls": "the answer to \(access.mailProtocol == .pop3 ? "STLS" : "STARTTLS")"
        default: "the end of the TLS handshake"
        }
    }

    private func context(_ phase: String, _ awaited: String) -> StepContext {
        StepContext(wire: "tls", phase: phase, place: access.place, awaited: awaited)
    }
}

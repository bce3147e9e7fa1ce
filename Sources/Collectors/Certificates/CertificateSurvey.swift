import MailClient
import MailWire
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Looks at the certificate of one server, under blackbox_exporter's names. One that is not trusted is measured all the same.
struct CertificateSurvey: Surveying {
    let settings: CertificateSettings
    let resolver: NameResolver
    let world: World

    func survey(at moment: Timestamp) async -> Survey {
        let now = Int64(moment.seconds)
        let stopwatch = world.clock.stopwatch()
        do {
            let verifier = try CertificateVerifier(caFile: settings.caFile)
            let chain = try await shown()
            let duration = stopwatch()
            let verdict = await verifier.verdict(on: chain, host: settings.serverName ?? settings.address.host, at: now)
            let findings = verdict.isTrusted ? [] : [finding("\(Self.list(verdict.faults)); \(Self.advice(verdict.faults))")]
            let measurements = [success(verdict.isTrusted), took(duration)] + Self.measurements(of: chain, verdict)
            return Survey(measurements: measurements.map(placed), findings: findings)
        } catch {
            return Survey(
                measurements: [success(false), took(stopwatch())].map(placed), findings: [finding(text(about: error))], isComplete: false)
        }
    }

    // MARK: - Private

    private func shown() async throws -> ShownChain {
        let deadline = settings.pace.deadline
        let host = settings.address.host
        let addresses = try await resolver.addresses(of: host, port: settings.address.port, before: deadline).value
        let world = world
        let probe = CertificateProbe(
            client: try TLSClient(observingAs: settings.serverName), group: MultiThreadedEventLoopGroup.singleton,
            wallClock: { Int64(world.now().seconds) })
        return try await probe.chain(at: addresses, host: host, speaking: settings.mailProtocol, before: deadline)
    }

    private func text(about error: any Error) -> String {
        switch error {
        case EncryptionFailure.connection(.timedOut, let phase):
            "no answer within \(settings.pace.timeout.prometheusText) during \(phase)\(phase == "greeting" ? Self.protocolHint : "")"
        case EncryptionFailure.connection(.refused, _): "nobody listens; the service is not running, or its address is another"
        case EncryptionFailure.connection(.tls, "tls"), EncryptionFailure.connection(.closed, "tls"): "\(error)\(Self.protocolHint)"
        case EncryptionFailure.connection(.protocolFault, _): "\(error)\(Self.protocolHint)"
        case EncryptionFailure.notOffered: "\(error); give it a certificate, and let it offer encryption"
        default: "\(error)"
        }
    }

    private static let protocolHint = "; see whether protocol is what is spoken on this port"

    private func finding(_ text: String) -> String { "\(settings.address): \(text)" }

    private static func list(_ faults: [CertificateFault]) -> String {
        faults.map { "\($0)" }.joined(separator: ", and ")
    }

    /// What helps against the first fault.
    private static func advice(_ faults: [CertificateFault]) -> String {
        switch faults.first {
        case .expired, .unreadable, nil: "renew it, and let the server load the new one"
        case .notYetValid: "see whether the clocks of this node and of the authority are right"
        case .wrongName: "let a certificate be issued for that name, or write the right server_name"
        case .selfSigned, .untrustedIssuer: "take a certificate of an authority that clients trust, or name its root in ca_file"
        case .unknownIssuer: "let the server send the whole chain, or name the authority's root in ca_file"
        case .issuerExpired: "let the server send the new certificate of the issuer"
        }
    }

    var figuresOfFailure: [Measurement] { [placed(success(false))] }

    private func success(_ isGood: Bool) -> Measurement {
        Measurement(
            "probe_success", .gauge, help: "Whether the server showed a certificate that is trusted (1) or not (0).", value: isGood ? 1 : 0)
    }

    private func took(_ duration: Duration) -> Measurement {
        Measurement("probe_duration_seconds", .gauge, help: "How long it took until the certificate was there.", value: duration.seconds)
    }

    private func placed(_ measurement: Measurement) -> Measurement {
        measurement.labelled(settings.distinction)
    }

    private static func measurements(of chain: ShownChain, _ verdict: CertificateVerdict) -> [Measurement] {
        var measurements = [
            Measurement(
                "probe_ssl_earliest_cert_expiry", .gauge,
                help: "When the first of the certificates ends that the server shows, in seconds since 1970.",
                value: Double(chain.earliestExpiry))
        ]
        if let expiry = verdict.chainExpiry {
            measurements.append(
                Measurement(
                    "probe_ssl_last_chain_expiry_timestamp_seconds", .gauge,
                    help: "When the first certificate ends of the chain that trust rests on, in seconds since 1970.", value: Double(expiry))
            )
        }
        if let details = chain.certificates.first.map(CertificateDetails.init) {
            let labels: LabelSet = [
                "fingerprint_sha256": details.fingerprint, "subject": short(details.subject), "issuer": short(details.issuer),
                "subjectalternative": short(details.names.joined(separator: ",")), "serialnumber": short(details.serialNumber),
            ]
            measurements.append(
                Measurement(
                    "probe_ssl_last_chain_info", .gauge, help: "What the server's own certificate says of itself.",
                    points: [.init(labels: labels, value: 1)]))
        }
        measurements.append(
            Measurement(
                "probe_tls_version_info", .gauge, help: "The version of TLS that was agreed on.",
                points: [.init(labels: ["version": chain.version], value: 1)]))
        return measurements
    }

    /// A certificate of a thousand names must not become a label of as many.
    private static func short(_ text: String) -> String { WireText.printable(text.utf8, limit: 512) }
}

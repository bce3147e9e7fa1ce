import MailClient
import PostwatchModel
import PostwatchRuntime

/// A handshake, and everything that is wrong with the certificates that are shown.
public struct TLSTask: JourneyTask {
    public static let kind = "tls"

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, account: nil, takesExchangers: true)
    }

    public var server: TLSAccess

    public init(_ server: TLSAccess) {
        self.server = server
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("tls") else {
            section.report("tls", found: "nothing", write: "a tls section with a server such as imap.example.test:993")
            return nil
        }
        guard let server = section.section("tls", TLSAccess.init) ?? nil else { return nil }
        self.server = server
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        let client = try TLSClient(observingAs: server.serverName)
        return TLSJourney(
            setting: setting, access: server,
            probe: CertificateProbe(client: client, group: setting.group, wallClock: setting.wallClock),
            verifier: try CertificateVerifier(caFile: server.tlsSettings.caFile))
    }
}

import MailClient

/// The way into a mailbox, with everything prepared that does not change from run to run.
struct MailboxRoute: Sendable {
    let access: IMAPAccess
    /// `nil` when nothing is ever encrypted.
    let tls: TLSClient?

    /// Throws `TLSClient.UnusableRoots`.
    init(_ access: IMAPAccess) throws(TLSClient.UnusableRoots) {
        self.access = access
        self.tls = try TLSClient(for: access.tls, access.tlsSettings)
    }
}

extension TLSClient {
    /// `nil` for a mode without encryption. Opportunistic encryption takes any certificate, as mail servers do among each other:
    /// refusing it would mean to go on in the clear.
    init?(for mode: TLSMode, _ settings: TLSSettings) throws(UnusableRoots) {
        var settings = settings
        switch mode {
        case .none: return nil
        case .opportunistic: settings.insecureSkipVerify = true
        case .implicit, .starttls: break
        }
        try self.init(settings)
    }
}

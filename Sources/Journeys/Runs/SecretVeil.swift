import Foundation
import MailWire
import PostwatchModel

/// Hides the secrets of one run in whatever is told of it, in each form in which they travel: a server may repeat what it was sent.
/// Belongs to one task.
final class SecretVeil {
    private struct Hidden: Hashable {
        let secret: Secret
        let username: String?
    }

    private var hidden: [Hidden] = []

    /// - Parameter username: with whose name the secret travels in one piece.
    func hide(_ secret: Secret, of username: String? = nil) {
        let new = Hidden(secret: secret, username: username)
        if !hidden.contains(new) { hidden.append(new) }
    }

    /// The text with dots in place of what is secret. Costs something only where there is a secret: for failures, not for each line.
    func covering(_ text: String) -> String {
        hidden.isEmpty ? text : text.hiding(hidden.flatMap { Self.forms(of: $0.secret.reveal(), username: $0.username) })
    }

    func covering(_ reply: SMTPReply) -> SMTPReply {
        hidden.isEmpty ? reply : SMTPReply(code: reply.code, lines: reply.lines.map(covering))
    }

    // MARK: - Private

    private static func forms(of secret: String, username: String?) -> [String] {
        guard !secret.isEmpty else { return [] }
        let alone = [
            secret, WireText.printable(secret.utf8, limit: secret.utf8.count), WireText.quoted(secret), WebTemplate.insideJSON(secret),
            WireText.escapedForXML(secret), PercentEncoding.component(secret), PercentEncoding.form([("", secret)]), base64(secret),
        ]
        guard let username else { return alone }
        let credentials: [SASLCredentials] = [
            .plain(username: username, password: secret), .xoauth2(username: username, token: secret),
        ]
        // Source of the last: RFC 7617, section 2.
        return alone + credentials.compactMap { try? $0.response() } + [base64("\(username):\(secret)")]
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

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

    private var hidden: Set<Hidden> = []
    /// Of all that is hidden.
    private var forms: [String] = []
    private var plain: PlainWords

    /// - Parameter plain: what stays readable although a secret may have letters in common with it.
    init(sparing plain: PlainWords = PlainWords()) {
        self.plain = plain
    }

    /// - Parameter username: with whose name the secret travels in one piece.
    func hide(_ secret: Secret, of username: String? = nil) {
        guard hidden.insert(Hidden(secret: secret, username: username)).inserted else { return }
        forms += Self.forms(of: secret.reveal(), username: username)
        if let username { plain.add(username) }
    }

    /// A name that sentences tell stays readable. Must not be chosen by a server that was sent a secret.
    func spare(_ name: String) { plain.add(name) }

    /// The text with dots in place of what is secret. Costs something only where there is a secret: for failures, not for each line.
    func covering(_ text: String) -> String {
        forms.isEmpty ? text : text.hiding(forms, sparing: plain)
    }

    /// Whether the text has a whole secret in it.
    func isTold(by text: String) -> Bool {
        let text = text.lowercased()
        return forms.contains { text.contains($0.lowercased()) }
    }

    // MARK: - Private

    private static func forms(of secret: String, username: String?) -> [String] {
        guard !secret.isEmpty else { return [] }
        let alone = [
            secret, WireText.printable(secret.utf8, limit: secret.utf8.count), WireText.quoted(secret), WebTemplate.insideJSON(secret),
            WireText.escapedForXML(secret), PercentEncoding.component(secret), String(PercentEncoding.form([("", secret)]).dropFirst()),
            base64(secret),
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

import MailWire
import PostwatchModel

/// How a script tells what it found wrong.
struct WebFinding: Hashable, Sendable {
    /// `the page still shows the login form; username or password are refused`: what is seen, and behind a semicolon what that means.
    /// `nil`: the check's own words.
    var text: String?
    /// Finds what the page itself says, which is then told in place of what it might mean.
    var quotation: RegularExpression?

    /// Characters of a page that are quoted.
    private static let quotationLimit = 120

    /// What stands before the phase and behind it.
    func words(about page: WebPage, otherwise complaint: String) -> (seen: String, meaning: String) {
        let parts = (text ?? complaint).split(separator: "; ", maxSplits: 1).map(String.init)
        let seen = parts.first ?? complaint
        if let quoted = quotation?.firstGroup(in: page.text), !quoted.isEmpty {
            return (seen, "; it says \"\(WireText.printable(quoted.utf8, limit: Self.quotationLimit))\"")
        }
        return (seen, parts.count > 1 ? "; \(parts[1])" : "")
    }
}

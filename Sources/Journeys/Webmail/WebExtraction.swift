import MailWire
import PostwatchModel

/// What a script takes from an answer for later requests.
struct WebExtraction: Hashable, Sendable {
    enum Source: Hashable, Sendable {
        case xpath(XPathExpression)
        case json(JSONPointer)
        case regex(RegularExpression)
        case cookie(String)
        /// Of the messages of a list those that are the owner's own.
        case messages(WebMessageList, of: WebProbe.Owner)
    }

    let name: String
    let source: Source
    /// Takes all that is found, with this between; the first when `nil`.
    let separator: String?
    /// What counts when nothing is found; `nil`: that is a failure.
    let fallback: String?
    let finding: WebFinding

    /// `nil` when nothing is found and nothing else counts.
    func value(in page: WebPage, of probe: WebProbe, cookie: (String) -> String?) -> String? {
        let found: [String]
        switch source {
        case .xpath(let path): found = page.document?.texts(at: path) ?? []
        case .json(let pointer): found = pointer.text(in: page.answer.response.body).map { [$0] } ?? []
        case .regex(let pattern):
            found = separator == nil ? pattern.firstGroup(in: page.text).map { [$0] } ?? [] : pattern.allGroups(in: page.text)
        case .messages(let list, let owner):
            found = list.messages(in: page).filter { probe.owns($0.subject, as: owner) }.map(\.value)
        case .cookie(let name): found = cookie(name).map { [$0] } ?? []
        }
        guard let first = found.first else { return fallback }
        return separator.map(found.joined) ?? first
    }

    var complaint: String {
        switch source {
        case .xpath(let path): "the page has no \(name) (\(path.source))"
        case .json(let pointer): "there is no \(name) in the JSON (\(pointer.source))"
        case .regex(let pattern): "the page has no \(name) (\(pattern.source))"
        case .cookie(let cookie): "the cookie \(cookie) is not set"
        case .messages(let list, of: .visit): "the page does not list the message that was sent as \(name) (\(list.source))"
        case .messages(let list, of: .journey): "the page lists no probe's message as \(name) (\(list.source))"
        }
    }
}

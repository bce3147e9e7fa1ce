import MailWire
import PostwatchModel

/// Where a page lists messages, and where in each entry what stands for the message is, and its subject.
enum WebMessageList: Hashable, Sendable {
    /// The parts at `entries`; the others start from each of them.
    case xpath(XPathExpression, value: XPathExpression, subject: XPathExpression)
    /// The elements of the list at `entries`; the others start from each of them.
    case json(JSONPointer, value: JSONPointer, subject: JSONPointer)
    /// Each match; its first group stands for the message, its second is the subject.
    case regex(RegularExpression)

    /// In the page's order, with a bound.
    func messages(in page: WebPage) -> [(value: String, subject: String)] {
        switch self {
        case .xpath(let entries, let value, let subject):
            (page.document?.texts(at: [value, subject], ofEach: entries) ?? []).map { ($0[0], $0[1]) }
        case .json(let entries, let value, let subject):
            entries.elements(in: page.answer.response.body).compactMap { element in
                guard let value = value.text(in: element), let subject = subject.text(in: element) else { return nil }
                return (value, subject)
            }
        case .regex(let pattern):
            pattern.allMatches(in: page.text).map { ($0.expand("$1"), $0.expand("$2")) }
        }
    }

    /// As the script writes it.
    var source: String {
        switch self {
        case .xpath(let entries, _, _): entries.source
        case .json(let entries, _, _): entries.source
        case .regex(let pattern): pattern.source
        }
    }
}

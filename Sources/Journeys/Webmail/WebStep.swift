import MailWire
import PostwatchModel

/// One request of a script, with what is made of its answer.
struct WebStep: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        let name: String
        let value: WebTemplate
    }

    enum Content: Hashable, Sendable {
        case nothing
        case form([Field])
        /// The first form that the path leads to on the last page, with these fields in place of its own.
        case pageForm(XPathExpression, [Field])
        case json(WebTemplate)
        case text(WebTemplate)
    }

    /// Steps of one phase are added up in its metric.
    var phase: String
    /// Default: `GET`; with a form or JSON `POST`.
    var method: String?
    /// May be relative to the last page; the form's own when `nil`.
    var url: WebTemplate?
    var headers: [Field] = []
    var content = Content.nothing
    /// Default: 200 to 299.
    var statuses: [StatusRange] = [.success]
    var checks: [WebCheck] = []
    var extractions: [WebExtraction] = []
    /// A variable that must not be empty for the step to be done.
    var condition: String?
    /// A variable that must be empty for the step to be done.
    var exception: String?
    /// Done again after this time until all checks hold; `nil`: done once.
    var pause: Duration?
    /// Done without a word where a run was broken off before it came to this step.
    var isFarewell = false

    func isDue(with values: [String: String]) -> Bool {
        (condition.map { values[$0]?.isEmpty == false } ?? true) && (exception.map { values[$0]?.isEmpty != false } ?? true)
    }
}

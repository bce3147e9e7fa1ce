import MailWire
import PostwatchModel

/// What a page must be like.
struct WebCheck: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        case contains(WebTemplate)
        case lacks(WebTemplate)
        case matches(RegularExpression)
        case exists(XPathExpression)
        case absent(XPathExpression)
        /// A value is there, and is that one where one is given.
        case json(JSONPointer, equals: WebTemplate?)
    }

    let test: Test
    let finding: WebFinding

    func holds(for page: WebPage, _ values: [String: String]) -> Bool {
        switch test {
        case .contains(let text): page.text.contains(text.filled(with: values))
        case .lacks(let text): !page.text.contains(text.filled(with: values))
        case .matches(let pattern): pattern.matches(page.text)
        case .exists(let path): page.document?.contains(path) == true
        case .absent(let path): page.document?.contains(path) != true
        case .json(let pointer, let expected):
            switch (pointer.text(in: page.answer.response.body), expected) {
            case (let found?, let expected?): found == expected.filled(with: values)
            case (let found, nil): found != nil
            case (nil, _?): false
            }
        }
    }

    /// What is said when it does not hold and the script has no words of its own.
    var complaint: String {
        switch test {
        case .contains(let text): "the page does not have \"\(text.source)\""
        case .lacks(let text): "the page has \"\(text.source)\""
        case .matches(let pattern): "the page does not match \"\(pattern.source)\""
        case .exists(let path): "the page has nothing at \(path.source)"
        case .absent(let path): "the page has something at \(path.source)"
        case .json(let pointer, nil): "there is no \(pointer.source) in the JSON"
        case .json(let pointer, let expected?): "\(pointer.source) in the JSON is not \"\(expected.source)\""
        }
    }
}

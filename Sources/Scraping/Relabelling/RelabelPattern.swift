import PostwatchModel

/// A regular expression that must match a whole text, and whose groups a replacement may name.
public struct RelabelPattern: Hashable, Sendable {
    /// `(.*)`
    public static let anything = RelabelPattern(form: .anything)

    private enum Form: Hashable, Sendable {
        case anything
        case expression(RegularExpression)
    }

    private let form: Form

    public init(_ source: String) throws(RegularExpression.Fault) {
        form = source == "(.*)" ? .anything : .expression(try RegularExpression(source, matching: .wholeText))
    }

    public func matches(_ text: String) -> Bool {
        switch form {
        case .anything: true
        case .expression(let expression): expression.matches(text)
        }
    }

    /// `template` with its groups filled in, or `nil` when `text` does not match.
    public func expand(_ template: String, matching text: String) -> String? {
        switch form {
        // What nearly every rule says, without an engine.
        case .anything where !template.contains("$"): template
        case .anything where template == "$1": text
        case .anything: Self.everything?.firstMatch(in: text)?.expand(template)
        case .expression(let expression): expression.firstMatch(in: text)?.expand(template)
        }
    }

    // MARK: - Private

    private static let everything = try? RegularExpression("(.*)", matching: .wholeText)

    private init(form: Form) {
        self.form = form
    }
}

import PostwatchModel
import PromQL

/// What the queries inside of templates yielded, by their text.
///
/// Filling in a template is pure: where it comes to a `query` whose answer is not here, it stops and says which one it needs. Whoever fills
/// it in asks that question and tries again; each try needs at least one question more, so there is an end.
public struct TemplateAnswers: Hashable, Sendable {
    /// Why a query inside a template has no answer.
    public struct Failure: Error, Hashable, Sendable {
        public let reason: String

        public init(reason: String) {
            self.reason = reason
        }
    }

    /// So many different queries one evaluation of a rule may ask for its templates; the rest fail.
    public static let limit = 100

    private var answers: [String: Result<[TemplateSample], Failure>] = [:]

    public init() {}

    public subscript(query: String) -> Result<[TemplateSample], Failure>? {
        get { answers[query] }
        set { answers[query] = newValue }
    }

    public var count: Int { answers.count }
}

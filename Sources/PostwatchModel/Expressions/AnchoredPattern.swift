/// A regular expression that must match a whole label value, as all of Prometheus' do.
/// Plain text and alternations of plain text, by far the most common patterns, are compared without a regex engine.
public struct AnchoredPattern: Hashable, Sendable {
    public typealias Fault = RegularExpression.Fault

    public let source: String
    private let form: Form

    private enum Form: Hashable, Sendable {
        case anything
        case anythingButEmpty
        case oneOf([String])
        case expression(RegularExpression)
    }

    /// Which texts a pattern can match at all: an index then needs to try only those.
    public enum Scope: Hashable, Sendable {
        case anything
        case anythingButEmpty
        case oneOf([String])
        /// The prefix may be empty.
        case startsWith(String)
    }

    public init(_ source: String) throws(Fault) {
        self.source = source
        if source == ".*" {
            form = .anything
        } else if source == ".+" {
            form = .anythingButEmpty
        } else if let alternatives = Self.plainAlternatives(source) {
            form = .oneOf(alternatives)
        } else {
            form = .expression(try RegularExpression(source, matching: .wholeText))
        }
    }

    public func matches(_ candidate: String) -> Bool {
        switch form {
        case .anything: true
        case .anythingButEmpty: !candidate.isEmpty
        // By bytes: texts that only look alike are different.
        case .oneOf(let alternatives): alternatives.contains { $0.utf8.elementsEqual(candidate.utf8) }
        case .expression(let expression): expression.matches(candidate)
        }
    }

    public var scope: Scope {
        switch form {
        case .anything: .anything
        case .anythingButEmpty: .anythingButEmpty
        case .oneOf(let alternatives): .oneOf(alternatives)
        case .expression: .startsWith(Self.literalPrefix(of: source))
        }
    }

    // MARK: - Private

    /// The plain text that every match begins with.
    private static func literalPrefix(of source: String) -> String {
        // An alternation may begin in another way; finding out where it ends is not worth it.
        if source.contains("|") { return "" }
        let prefix = source.prefix { !".+*?()[]{}^$\\".contains($0) }
        // A quantifier is about the character before it.
        guard let next = source[prefix.endIndex...].first, "*?{".contains(next) else { return String(prefix) }
        return String(prefix.dropLast())
    }

    private static func plainAlternatives(_ source: String) -> [String]? {
        guard !source.utf8.contains(where: { ".+*?()[]{}^$\\".utf8.contains($0) }) else { return nil }
        return source.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
}

import Foundation

/// A regular expression that must match a whole label value, as all of Prometheus' do.
/// Plain text and alternations of plain text, by far the most common patterns, are compared without a regex engine.
public struct AnchoredPattern: Hashable, Sendable {
    /// The text is not a regular expression.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        public let pattern: String
        public var description: String { "\"\(pattern)\" is not a valid regular expression (RE2 syntax is expected)" }
    }

    public let source: String
    private let form: Form

    private enum Form: Hashable, Sendable {
        case anything
        case anythingButEmpty
        case oneOf([String])
        case expression(NSRegularExpression)
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
            // RE2 writes a named group (?P<name>…), the regex engine here (?<name>…).
            let pattern = source.replacing("(?P<", with: "(?<")
            // (?s): a dot matches a newline too, as Prometheus compiles its patterns. Compiled by itself first: `a)|(b` is no
            // expression, but would become one, without its anchors, between the parentheses.
            guard (try? NSRegularExpression(pattern: pattern)) != nil,
                let expression = try? NSRegularExpression(pattern: "\\A(?s:\(pattern))\\z")
            else { throw Fault(pattern: source) }
            form = .expression(expression)
        }
    }

    public func matches(_ candidate: String) -> Bool {
        switch form {
        case .anything: true
        case .anythingButEmpty: !candidate.isEmpty
        case .oneOf(let alternatives): alternatives.contains(candidate)
        case .expression(let expression):
            expression.firstMatch(in: candidate, range: NSRange(location: 0, length: candidate.utf16.count)) != nil
        }
    }

    // MARK: - Private

    private static func plainAlternatives(_ source: String) -> [String]? {
        guard !source.utf8.contains(where: { ".+*?()[]{}^$\\".utf8.contains($0) }) else { return nil }
        return source.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
}

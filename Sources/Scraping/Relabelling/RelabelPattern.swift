import Foundation

/// A regular expression that must match a whole text, and whose groups a replacement may name.
public struct RelabelPattern: Hashable, Sendable {
    /// `(.*)`
    public static let anything = RelabelPattern(form: .anything)

    private enum Form: Hashable, Sendable {
        case anything
        case expression(NSRegularExpression)
    }

    private let form: Form

    /// `nil` when `source` is no regular expression in RE2 syntax.
    public init?(_ source: String) {
        if source == "(.*)" {
            self = .anything
            return
        }
        // RE2 writes a named group (?P<name>…), the regex engine here (?<name>…).
        let pattern = source.replacing("(?P<", with: "(?<")
        // Compiled by itself first: `a)|(b` is no expression, but would become one between the parentheses.
        guard (try? NSRegularExpression(pattern: pattern)) != nil,
            let expression = try? NSRegularExpression(pattern: "\\A(?s:\(pattern))\\z")
        else { return nil }
        form = .expression(expression)
    }

    public func matches(_ text: String) -> Bool {
        switch form {
        case .anything: true
        case .expression(let expression): expression.firstMatch(in: text, range: Self.whole(text)) != nil
        }
    }

    /// `template` with `$1`, `${1}` and `${name}` replaced by what they matched, `$$` by a dollar; unknown groups are empty. `nil` when
    /// `text` does not match. Source: Go's `regexp.Expand`.
    public func expand(_ template: String, matching text: String) -> String? {
        switch form {
        case .anything:
            return template.contains("$") ? Self.expand(template) { ["0", "1"].contains($0) ? text : "" } : template
        case .expression(let expression):
            guard let match = expression.firstMatch(in: text, range: Self.whole(text)) else { return nil }
            return Self.expand(template) { name in
                let range: NSRange
                if let number = Int(name) {
                    guard number < match.numberOfRanges else { return "" }
                    range = match.range(at: number)
                } else {
                    guard expression.pattern.contains("(?<\(name)>") else { return "" }
                    range = match.range(withName: name)
                }
                return Range(range, in: text).map { String(text[$0]) } ?? ""
            }
        }
    }

    // MARK: - Private

    private init(form: Form) {
        self.form = form
    }

    private static func whole(_ text: String) -> NSRange {
        NSRange(location: 0, length: text.utf16.count)
    }

    private static func expand(_ template: String, _ group: (String) -> String) -> String {
        var result = ""
        var rest = Substring(template)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "{", let end = rest.firstIndex(of: "}"), isName(rest[..<end].dropFirst()) {
                result += group(String(rest[..<end].dropFirst()))
                rest = rest[rest.index(after: end)...]
            } else {
                // As long as possible: $1x is the group "1x".
                let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                // A dollar that begins no name stands for itself.
                result += name.isEmpty ? "$" : group(String(name))
                rest = rest.dropFirst(name.count)
            }
        }
        return result + rest
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

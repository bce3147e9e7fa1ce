import Foundation

/// A regular expression over a whole label value with a replacement in Go's notation: `$1`, `${1}`, `$name`, `${name}`, `$$`.
struct LabelPattern: Sendable {
    private let expression: NSRegularExpression

    /// `nil` when `pattern` is not a regular expression.
    init?(_ pattern: String) {
        // RE2 writes named groups with a P.
        let translated = pattern.replacingOccurrences(of: "(?P<", with: "(?<")
        guard let expression = try? NSRegularExpression(pattern: "\\A(?s:\(translated))\\z") else { return nil }
        self.expression = expression
    }

    /// The replacement with its groups filled in, or `nil` when `value` does not match.
    func expand(_ replacement: String, for value: String) -> String? {
        let whole = NSRange(location: 0, length: value.utf16.count)
        guard let match = expression.firstMatch(in: value, range: whole) else { return nil }
        var expanded = ""
        var rest = Substring(replacement)
        while let dollar = rest.firstIndex(of: "$") {
            expanded += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                expanded += "$"
                rest = rest.dropFirst()
            } else if let (name, remainder) = Self.groupName(rest) {
                expanded += group(name, of: match, in: value)
                rest = remainder
            } else {
                expanded += "$"
            }
        }
        return expanded + rest
    }

    // MARK: - Private

    /// A name is the longest run of letters, digits and underscores, or anything such in braces.
    private static func groupName(_ text: Substring) -> (name: String, rest: Substring)? {
        let isBraced = text.first == "{"
        let body = isBraced ? text.dropFirst() : text
        let name = body.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let rest = body.dropFirst(name.count)
        guard !name.isEmpty else { return nil }
        if isBraced { return rest.first == "}" ? (String(name), rest.dropFirst()) : nil }
        return (String(name), rest)
    }

    private func group(_ name: String, of match: NSTextCheckingResult, in value: String) -> String {
        let range: NSRange
        if let number = Int(name) {
            guard number < match.numberOfRanges else { return "" }
            range = match.range(at: number)
        } else {
            range = match.range(withName: name)
        }
        return Range(range, in: value).map { String(value[$0]) } ?? ""
    }
}

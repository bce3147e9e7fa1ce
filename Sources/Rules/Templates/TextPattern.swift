import Foundation

/// A regular expression of `match` and `reReplaceAll`: it may match anywhere in the text.
struct TextPattern {
    private let expression: NSRegularExpression

    init(_ pattern: String, for function: String) throws(TemplateHalt) {
        guard let expression = try? NSRegularExpression(pattern: pattern.replacingOccurrences(of: "(?P<", with: "(?<")) else {
            throw .failed("error calling \(function): \"\(pattern)\" is not a regular expression")
        }
        self.expression = expression
    }

    func matches(_ text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    /// Every match gives way to `replacement`, in which `$1`, `${1}` and `${name}` stand for groups and `$$` for a dollar sign.
    func replacing(in text: String, with replacement: String) -> String {
        var result = ""
        var end = text.startIndex
        for match in expression.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
            guard let range = Range(match.range, in: text) else { continue }
            result += text[end..<range.lowerBound] + expand(replacement, match, text)
            end = range.upperBound
        }
        return result + text[end...]
    }

    // MARK: - Private

    private func expand(_ replacement: String, _ match: NSTextCheckingResult, _ text: String) -> String {
        var result = ""
        var rest = Substring(replacement)
        while let character = rest.popFirst() {
            guard character == "$" else {
                result.append(character)
                continue
            }
            if rest.first == "$" {
                result.append(rest.removeFirst())
            } else if rest.first == "{", let close = rest.firstIndex(of: "}") {
                result += group(String(rest[rest.index(after: rest.startIndex)..<close]), match, text)
                rest = rest[rest.index(after: close)...]
            } else {
                // As in Go the longest name counts: $1x is the group named 1x.
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                result += name.isEmpty ? "$" : group(String(name), match, text)
                rest = rest.dropFirst(name.count)
            }
        }
        return result
    }

    private func group(_ name: String, _ match: NSTextCheckingResult, _ text: String) -> String {
        var found = NSRange(location: NSNotFound, length: 0)
        if let number = Int(name) {
            if (0..<match.numberOfRanges).contains(number) { found = match.range(at: number) }
        } else if expression.pattern.contains("(?<\(name)>") {
            found = match.range(withName: name)
        }
        return Range(found, in: text).map { String(text[$0]) } ?? ""
    }
}

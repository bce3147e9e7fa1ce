import MailWire
import PostwatchModel

/// What a request brought, read as the script wants it: as text, as HTML, as JSON.
final class WebPage {
    let answer: HTTPVisit.Answer
    private(set) lazy var text = answer.response.text
    private(set) lazy var document = HTMLDocument(answer.response.body, charset: charset)

    init(_ answer: HTTPVisit.Answer) {
        self.answer = answer
    }

    /// `iso-8859-1` of `text/html; charset=iso-8859-1`.
    private var charset: String? {
        guard let type = answer.response.fields["Content-Type"]?.lowercased(), let start = type.firstRange(of: "charset=") else {
            return nil
        }
        let name = String(
            String.UnicodeScalarView(type.unicodeScalars[start.upperBound...].filter { $0 != "\"" }.prefix { $0 != ";" && $0 != " " }))
        return name.isEmpty || name == "utf-8" ? nil : name
    }
}

extension RegularExpression {
    /// Matches that are looked for in one page.
    private static let matchLimit = 100

    /// What the first group matched, or all of the expression when it has none; `nil` when nothing matches.
    func firstGroup(in text: String) -> String? {
        firstMatch(in: text).map(group)
    }

    /// The same for each match, in order.
    func allGroups(in text: String) -> [String] { allMatches(in: text).map(group) }

    /// Matches that are not empty, in order, at most a hundred.
    func allMatches(in text: String) -> [Match] {
        var found: [Match] = []
        var rest = text[...]
        while found.count < Self.matchLimit, let match = firstMatch(in: String(rest)) {
            let whole = match.expand("$0")
            guard !whole.isEmpty, let range = rest.firstRange(of: whole) else { break }
            found.append(match)
            rest = rest[range.upperBound...]
        }
        return found
    }

    private func group(of match: Match) -> String {
        let first = match.expand("$1")
        return first.isEmpty ? match.expand("$0") : first
    }
}

/// A replacement text that names groups: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar. Source: Go's `regexp.Expand`.
enum GroupTemplate {
    /// A dollar that begins no name stands for itself.
    static func expand(_ template: String, _ group: (String) -> String) -> String {
        var result = ""
        var rest = Substring(template)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if let name = name(at: rest) {
                result += group(name.text)
                rest = rest[name.end...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }

    /// The longest run of letters, digits and underscores: `$1x` is the group named `1x`.
    private static func name(at text: Substring) -> (text: String, end: Substring.Index)? {
        let isBraced = text.first == "{"
        let name = text.dropFirst(isBraced ? 1 : 0).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !name.isEmpty else { return nil }
        if !isBraced { return (String(name), name.endIndex) }
        guard name.endIndex < text.endIndex, text[name.endIndex] == "}" else { return nil }
        return (String(name), text.index(after: name.endIndex))
    }
}

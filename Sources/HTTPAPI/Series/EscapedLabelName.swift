/// A label's name of any characters, written with ASCII letters, digits and underscores only: `U__http_2e_status` is `http.status`.
///
/// `__` stands for an underscore, `_2e_` for the character with that hexadecimal number.
/// Source: Prometheus documentation, "Data model", "UTF-8 support"; client escaping scheme `values`.
struct EscapedLabelName {
    private static let prefix = "U__"
    /// Longest number of a character, in hexadecimal digits.
    private static let maximumDigits = 6

    /// The name itself. What is not escaped in this way stands for itself.
    let name: String

    init(_ text: String) {
        name = Self.unescaped(text) ?? text
    }

    // MARK: - Private

    private static func unescaped(_ text: String) -> String? {
        guard text.hasPrefix(prefix) else { return nil }
        var name = String.UnicodeScalarView()
        var rest = text.unicodeScalars.dropFirst(prefix.count)
        while let first = rest.popFirst() {
            guard first == "_" else {
                name.append(first)
                continue
            }
            guard let end = rest.firstIndex(of: "_") else { return nil }
            let digits = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            if digits.isEmpty {
                name.append("_")
            } else {
                guard digits.count <= maximumDigits, let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
                    return nil
                }
                name.append(scalar)
            }
        }
        return String(name)
    }
}

extension String {
    /// In double quotes, escaped so that the lexer reads the same text back; printable characters of any script stay as they are.
    var quoted: String {
        var text = "\""
        for scalar in unicodeScalars { text += scalar.escaped(inside: "\"") }
        return text + "\""
    }
}

extension Unicode.Scalar {
    /// In single quotes, as error messages name a character.
    var quoted: String { "'\(escaped(inside: "'"))'" }

    fileprivate func escaped(inside quote: Unicode.Scalar) -> String {
        switch self {
        case quote, "\\": "\\\(self)"
        case "\u{07}": "\\a"
        case "\u{08}": "\\b"
        case "\u{0C}": "\\f"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{0B}": "\\v"
        default:
            if value < 0x20 || value == 0x7F {
                "\\x" + hexadecimal(digits: 2)
            } else if isPrintable {
                String(self)
            } else {
                value < 0x10000 ? "\\u" + hexadecimal(digits: 4) : "\\U" + hexadecimal(digits: 8)
            }
        }
    }

    private func hexadecimal(digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }

    /// The lexer takes U+FFFD for bytes that were not UTF-8, so it is never written as itself.
    private var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: self == " "
        default: value != 0xFFFD
        }
    }
}

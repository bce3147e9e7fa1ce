import MailWire

/// A text with variables in braces: `{url}?_task=login`. What stands in other braces is left alone, so that JSON can be written.
struct WebTemplate: Hashable, Sendable {
    /// How values are made fit for where they are put.
    enum Escaping {
        case none
        /// A part of an address.
        case address
        /// The inside of a text in JSON.
        case json
    }

    private enum Piece: Hashable {
        case text(String)
        case variable(String)
    }

    let source: String
    private let pieces: [Piece]

    init(_ source: String) {
        self.source = source
        var pieces: [Piece] = []
        var rest = source[...]
        var text = ""
        while let brace = rest.firstIndex(of: "{") {
            let inside = rest[rest.index(after: brace)...]
            let name = inside.prefix { $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) }
            text += rest[..<brace]
            guard !name.isEmpty, name.endIndex < source.endIndex, source[name.endIndex] == "}" else {
                text += "{"
                rest = inside
                continue
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            pieces.append(.variable(String(name)))
            rest = source[source.index(after: name.endIndex)...]
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// The names of its variables.
    var variables: [String] {
        pieces.compactMap { piece in
            if case .variable(let name) = piece { return name }
            return nil
        }
    }

    /// Variables that have no value are left out.
    func filled(with values: [String: String], _ escaping: Escaping = .none) -> String {
        pieces.enumerated().map { index, piece in
            switch piece {
            case .text(let text): return text
            case .variable(let name):
                let value = values[name] ?? ""
                switch escaping {
                case .none: return value
                // At its beginning an address has whole addresses.
                case .address: return index == 0 ? value : PercentEncoding.component(value)
                case .json: return Self.insideJSON(value)
                }
            }
        }.joined()
    }

    /// As it is written, with the one variable filled in that may be shown.
    func shown(url: String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .variable("url"): url
            case .variable(let name): "{\(name)}"
            }
        }.joined()
    }

    // MARK: - Private

    /// Source: RFC 8259, section 7.
    static func insideJSON(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case _ where scalar.value < 0x20:
                "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }.joined()
    }
}

import Foundation

/// Names of hosts and addresses of pages inside templates.
enum HostText {
    /// `mx1` of `mx1:9100`, `::1` of `[::1]:9100`; anything else as it is.
    static func withoutPort(_ text: String) -> String { split(text)?.host ?? text }

    /// `mx1:9100` of `mx1.example.org:9100`; addresses stay.
    static func withoutDomain(_ text: String) -> String {
        let (host, port) = split(text) ?? (text, nil)
        var buffer = in6_addr()
        if inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1 { return text }
        let short = host.prefix { $0 != "." }
        return port.map { "\(short):\($0)" } ?? String(short)
    }

    /// As Go's `url.QueryEscape`.
    static func queryEscaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): escaped += "+"
            default: escaped += String(format: "%%%02X", byte)
            }
        }
        return escaped
    }

    /// As Go's `html`.
    static func htmlEscaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "\"": "&#34;"
            case "'": "&#39;"
            default: String(character)
            }
        }.joined()
    }

    /// As Go's `js`.
    static func scriptEscaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "'": "\\'"
            case "\"": "\\\""
            case "<", ">", "&", "=": String(format: "\\u%04X", scalar.value)
            case _ where scalar.value < 0x20: String(format: "\\u%04X", scalar.value)
            default: String(Character(scalar))
            }
        }.joined()
    }

    // MARK: - Private

    private static func split(_ text: String) -> (host: String, port: String?)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let port = String(text[text.index(after: colon)...])
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") || host.contains("[") || host.contains("]") {
            return nil
        }
        return (String(host), port)
    }
}

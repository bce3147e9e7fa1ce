/// What a client says to an SMTP server, as far as a server that only takes mail must understand it. Source: RFC 5321, section 4.1.
public enum SMTPRequest: Hashable, Sendable {
    /// EHLO or HELO with the client's name.
    case hello(name: String, isExtended: Bool)
    case startTLS
    /// The reverse path without its brackets, empty for `<>`, and the size that the client announces (RFC 1870).
    case mail(from: String, size: Int?)
    /// The forward path without its brackets.
    case recipient(String)
    case data
    case reset
    case noop
    case quit
    /// A command that is known and needs an argument that is not there or not right; holds the verb.
    case invalid(String)
    /// Anything else.
    case unknown

    /// Reads one line without its end.
    init(line: String) {
        let words = WireText.parts(WireText.trimmed(line), at: " ", atMost: 2)
        let verb = words.first?.uppercased() ?? ""
        let rest = words.count > 1 ? WireText.trimmed(words[1]) : ""
        switch verb {
        case "EHLO", "HELO": self = rest.isEmpty ? .invalid(verb) : .hello(name: rest, isExtended: verb == "EHLO")
        case "STARTTLS": self = .startTLS
        case "MAIL":
            guard let (path, parameters) = Self.path(rest, behind: "FROM:") else {
                self = .invalid(verb)
                return
            }
            let size = parameters.first { $0.uppercased().hasPrefix("SIZE=") }.flatMap { Int($0.dropFirst(5)) }
            self = .mail(from: path, size: size)
        case "RCPT":
            guard let (path, _) = Self.path(rest, behind: "TO:"), !path.isEmpty else {
                self = .invalid(verb)
                return
            }
            self = .recipient(path)
        case "DATA": self = .data
        case "RSET": self = .reset
        case "NOOP": self = .noop
        case "QUIT": self = .quit
        default: self = .unknown
        }
    }

    // MARK: - Private

    /// `FROM:<a@b> SIZE=9` → `a@b`, `[SIZE=9]`. A source route before the path is left out, as RFC 5321, appendix C, allows.
    private static func path(_ text: String, behind keyword: String) -> (path: String, parameters: [String])? {
        guard text.uppercased().hasPrefix(keyword) else { return nil }
        let rest = WireText.trimmed(text.dropFirst(keyword.count))
        let sides = WireText.parts(rest, at: ">", atMost: 2, omittingEmpty: false)
        guard sides.count == 2, sides[0].utf8.first == UInt8(ascii: "<") else { return nil }
        var path = String(Substring(sides[0].utf8.dropFirst()))
        if path.utf8.first == UInt8(ascii: "@") { path = WireText.parts(path, at: ":", atMost: 2, omittingEmpty: false).last ?? path }
        return (path, WireText.parts(sides[1], at: " "))
    }
}

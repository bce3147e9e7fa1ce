/// What a domain promises about encryption to its mail exchangers. Source: RFC 8461, section 3.2.
public struct MTASTSPolicy: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case enforce, testing, none
    }

    public let mode: Mode
    /// Names, or `*.` and a name.
    public let exchangers: [String]
    /// Seconds.
    public let maximumAge: Int

    /// Source: RFC 8461, section 3.2: at most one year.
    public static let longestAge = 31_557_600

    /// The text of `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`. Throws when senders would not take it.
    public init(_ text: String) throws(RecordFault) {
        var fields: [String: String] = [:]
        var exchangers: [String] = []
        for line in text.split(whereSeparator: \.isNewline) where !TagList.trimmed(line).isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw RecordFault("the line \"\(line.prefix(60))\" has no colon") }
            let name = TagList.trimmed(line[..<colon])
            let value = TagList.trimmed(line[line.index(after: colon)...])
            if name == "mx" {
                exchangers.append(value.lowercased())
            } else if fields[name] == nil {
                fields[name] = value
            }
        }
        guard fields["version"] == "STSv1" else { throw RecordFault("it has no line \"version: STSv1\"") }
        guard let mode = Mode(rawValue: fields["mode"] ?? "") else {
            throw RecordFault("its mode is neither enforce, testing nor none")
        }
        guard let age = Int(fields["max_age"] ?? ""), (0...Self.longestAge).contains(age) else {
            throw RecordFault("its max_age is no number of seconds up to \(Self.longestAge)")
        }
        guard mode == .none || !exchangers.isEmpty else { throw RecordFault("it names no mx") }
        self.mode = mode
        self.exchangers = exchangers
        maximumAge = age
    }

    /// Whether a sender may hand mail to that host. Source: RFC 8461, section 4.1.
    public func covers(_ host: String) -> Bool {
        let host = host.lowercased()
        return exchangers.contains { pattern in
            guard pattern.hasPrefix("*.") else { return pattern == host }
            return host.firstIndex(of: ".").map { host[$0...] == pattern.dropFirst() } ?? false
        }
    }

    /// Whether the TXT record at `_mta-sts.DOMAIN` means to be one.
    public static func isMeant(_ text: String) -> Bool {
        TagList.trimmed(text.prefix { $0 != ";" }).replacing(" ", with: "") == "v=STSv1"
    }

    /// The `id` of such a record, by which senders see that the policy is another. Source: RFC 8461, section 3.1.
    public static func identifier(of text: String) throws(RecordFault) -> String {
        guard let tags = TagList(text), isMeant(text) else { throw RecordFault("it is no list of tag=value that begins with v=STSv1") }
        guard let identifier = tags["id"], (1...32).contains(identifier.utf8.count),
            identifier.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) })
        else { throw RecordFault("it has no id= of 1 to 32 letters and digits") }
        return identifier
    }
}

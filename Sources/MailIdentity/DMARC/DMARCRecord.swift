/// What a domain wants to be done with mail that fails. Source: RFC 7489, section 6.3.
public struct DMARCRecord: Hashable, Sendable {
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        case none, quarantine, reject
    }

    public let policy: Policy
    /// Default: `policy`.
    public let subdomainPolicy: Policy
    /// To how many of a hundred messages the policy applies. Default: 100.
    public let percentage: Int
    /// Where reports are sent, `mailto:` addresses. Default: none.
    public let reports: [String]

    /// Whether a TXT record means to be one.
    public static func isMeant(_ text: String) -> Bool {
        TagList.trimmed(text.prefix { $0 != ";" }).replacing(" ", with: "").lowercased() == "v=dmarc1"
    }

    /// Throws when receivers would ignore the record, or a part of it.
    public init(_ text: String) throws(RecordFault) {
        guard let tags = TagList(text) else { throw RecordFault("it is no list of tag=value") }
        guard tags.tags.first?.name == "v", tags["v"] == "DMARC1" else { throw RecordFault("it does not begin with v=DMARC1") }
        guard let text = tags["p"] else { throw RecordFault("it has no policy (p=)") }
        policy = try Self.policy(text, "p")
        subdomainPolicy = try tags["sp"].map { text throws(RecordFault) in try Self.policy(text, "sp") } ?? policy
        guard let percentage = Int(tags["pct"] ?? "100"), (0...100).contains(percentage) else {
            throw RecordFault("pct=\(tags["pct"] ?? "") is no number from 0 to 100")
        }
        self.percentage = percentage
        for name in ["adkim", "aspf"] {
            if let mode = tags[name], !["r", "s"].contains(mode.lowercased()) { throw RecordFault("\(name)=\(mode) is neither r nor s") }
        }
        reports = Self.addresses(tags["rua"])
        for address in reports + Self.addresses(tags["ruf"]) where !address.lowercased().hasPrefix("mailto:") {
            throw RecordFault("reports go to \(address), which does not begin with mailto:")
        }
    }

    private static func policy(_ text: String, _ name: String) throws(RecordFault) -> Policy {
        guard let policy = Policy(rawValue: text.lowercased()) else {
            throw RecordFault("\(name)=\(text) is neither none, quarantine nor reject")
        }
        return policy
    }

    private static func addresses(_ text: String?) -> [String] {
        text?.split(separator: ",").map { TagList.trimmed($0) } ?? []
    }
}

/// Where senders report failures of encryption. Source: RFC 8460, section 3.
public struct TLSReportRecord: Hashable, Sendable {
    /// `mailto:` and `https:` addresses, never empty.
    public let reports: [String]

    public static func isMeant(_ text: String) -> Bool {
        TagList.trimmed(text.prefix { $0 != ";" }).replacing(" ", with: "") == "v=TLSRPTv1"
    }

    public init(_ text: String) throws(RecordFault) {
        guard Self.isMeant(text), let tags = TagList(text) else {
            throw RecordFault("it is no list of tag=value that begins with v=TLSRPTv1")
        }
        reports = tags["rua"]?.split(separator: ",").map { TagList.trimmed($0) } ?? []
        guard !reports.isEmpty else { throw RecordFault("it has no address for reports (rua=)") }
        for address in reports where !["mailto:", "https:"].contains(where: address.lowercased().hasPrefix) {
            throw RecordFault("reports go to \(address), which begins neither with mailto: nor with https:")
        }
    }
}

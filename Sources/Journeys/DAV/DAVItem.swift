import PostwatchModel

/// An event or a contact that a journey makes and removes. Its description carries the probe's signed mark, so that nobody else's is taken
/// for ours.
struct DAVItem {
    /// What every title begins with.
    static let titleStart = "Postwatch probe"

    let mark: ProbeMark
    let key: ProbeSigningKey

    var uid: String { "postwatch-\(mark.journey)-\(mark.id)" }
    var title: String { "\(Self.titleStart) \(mark.journey)" }
    /// `20260101T120000Z`.
    var stamp: String { String(mark.sentAt.rfc3339.prefix(19)).replacing("-", with: "").replacing(":", with: "") + "Z" }
    /// The mark's semicolons would be taken for separators.
    var signature: String { Self.signatureStart + mark.headerValue(signedWith: key).replacing(";", with: "/") }

    /// The mark of an item that a server gave back; `nil` when it is not one of ours.
    static func mark(in content: String, verifiedWith key: ProbeSigningKey) -> ProbeMark? {
        let unfolded = content.replacing("\r\n ", with: "").replacing("\n ", with: "").replacing("\r\n\t", with: "").replacing(
            "\n\t", with: "")
        guard let start = unfolded.firstRange(of: signatureStart) else { return nil }
        let value = unfolded[start.upperBound...].prefix { !$0.isWhitespace && $0 != "\\" }
        return ProbeMark(headerValue: String(value).replacing("/", with: ";"), verifiedWith: key)
    }

    /// No line has more than 75 bytes. Source: RFC 5545, section 3.1; RFC 2426, section 2.6.
    static func folded(_ line: String) -> String {
        guard line.utf8.count > 75 else { return line }
        var rest = Substring(line)
        var lines: [Substring] = []
        while !rest.isEmpty {
            let piece = rest.prefix(70)
            lines.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return lines.joined(separator: "\r\n ")
    }

    // MARK: - Private

    private static let signatureStart = "\(ProbeMark.headerName)="
}

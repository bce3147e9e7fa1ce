import MailWire
import PostwatchModel

/// What a probe's header says: whose message it is, which one, and when it was sent.
struct ProbeMark: Hashable, Sendable {
    static let headerName = "X-Postwatch-Probe"

    let journey: String
    /// `<vantage>-<random>`, both hexadecimal: known only to whoever sent the message or may read it.
    let id: String
    let sentAt: Timestamp

    init(journey: String, id: String, sentAt: Timestamp) {
        self.journey = journey
        self.id = id
        self.sentAt = sentAt
    }

    /// What the numbers of one vantage's messages begin with.
    static func idPrefix(of vantage: String) -> String {
        StableHash(vantage.utf8).hexadecimal.prefix(8) + "-"
    }

    /// A mark whose number proves itself, for answers that repeat nothing else of the message:
    /// `<vantage>-<random>-<milliseconds>-<half of the hmac>`, all hexadecimal.
    init(provingItself journey: String, idPrefix: String, random: String, sentAt: Timestamp, signedWith key: ProbeSigningKey) {
        let stem = "\(idPrefix)\(random)-\(String(sentAt.milliseconds, radix: 16))"
        self.init(journey: journey, id: "\(stem)-\(Self.proof(of: stem, journey, key))", sentAt: sentAt)
    }

    /// Reads a number that proves itself; `nil` when it is another journey's, or nobody's.
    init?(provenID id: String, journey: String, verifiedWith key: ProbeSigningKey) {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, let milliseconds = Int64(parts[2], radix: 16) else { return nil }
        let stem = parts[..<3].joined(separator: "-")
        guard key.isEqual(String(parts[3]), Self.proof(of: stem, journey, key)) else { return nil }
        self.init(journey: journey, id: id, sentAt: Timestamp(milliseconds: milliseconds))
    }

    /// `imap-1;4f1c9a02-88e1d0c2b7a94f10;1755684000000;<hmac>`
    func headerValue(signedWith key: ProbeSigningKey) -> String {
        "\(signedText);\(key.signature(of: signedText))"
    }

    /// Reads a header field's value, folded or not; `nil` when it is not one of ours or its signature does not hold.
    init?(headerValue: String, verifiedWith key: ProbeSigningKey) {
        let parts = headerValue.filter { !$0.isWhitespace }.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let milliseconds = Int64(parts[2]) else { return nil }
        self.init(journey: parts[0], id: parts[1], sentAt: Timestamp(milliseconds: milliseconds))
        guard key.isSignature(parts[3], of: signedText) else { return nil }
    }

    /// Whether no run can need what bears the mark any more, whichever process it belongs to.
    /// - Parameter timeout: when a run of the journey is given up.
    func isLeftOver(at now: Timestamp, timeout: Duration) -> Bool {
        now - sentAt > timeout + Self.grace
    }

    /// Reads it from a message; `nil` also when there is more than one, since ours has one.
    init?(header: MessageHeader, verifiedWith key: ProbeSigningKey) {
        let values = header.values(of: Self.headerName)
        guard values.count == 1 else { return nil }
        self.init(headerValue: values[0], verifiedWith: key)
    }

    // MARK: - Private

    /// How much clocks of different vantages may differ, with what a run takes to say goodbye.
    private static let grace = Duration.seconds(60)

    /// Half of the signature is enough for a number that lives for minutes, and a Message-ID stays short.
    private static func proof(of stem: String, _ journey: String, _ key: ProbeSigningKey) -> String {
        String(key.signature(of: "answer;\(journey);\(stem)").prefix(32))
    }

    private var signedText: String { "\(journey);\(id);\(sentAt.milliseconds)" }
}

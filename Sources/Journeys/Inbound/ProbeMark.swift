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

    /// Reads it from the header of a message; `nil` also when there is more than one, since ours has one.
    init?(header bytes: [UInt8], verifiedWith key: ProbeSigningKey) {
        let name = Self.headerName.lowercased() + ":"
        var values: [String] = []
        var isInside = false
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if isInside, line.first?.isWhitespace == true {
                values[values.count - 1] += line
            } else {
                isInside = line.lowercased().hasPrefix(name)
                if isInside { values.append(String(line.dropFirst(name.count))) }
            }
        }
        guard values.count == 1 else { return nil }
        self.init(headerValue: values[0], verifiedWith: key)
    }

    // MARK: - Private

    private var signedText: String { "\(journey);\(id);\(sentAt.milliseconds)" }
}

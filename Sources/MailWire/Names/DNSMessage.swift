/// A name server's answer. Source: RFC 1035, section 4.
public struct DNSMessage: Hashable, Sendable {
    /// RCODE: 0 for NOERROR, 2 for SERVFAIL, 3 for NXDOMAIN, 5 for REFUSED.
    public let responseCode: Int
    /// AD: the name server has validated the answer by DNSSEC. Source: RFC 4035, section 3.2.3.
    public let isAuthenticated: Bool
    /// The answer section, aliases among them.
    public let answers: [DNSRecord]

    /// Answers that are taken; a message of 64 KiB may hold more than anybody publishes.
    public static let answerLimit = 1000

    /// Throws for bytes that are no message, whatever they are.
    public init(_ bytes: [UInt8]) throws(WireFault) {
        var reader = DNSReader(bytes)
        _ = try reader.number()
        let flags = try reader.number()
        guard flags & 0x8000 != 0 else { throw .malformed(expected: "an answer", found: "a question") }
        responseCode = Int(flags & 0x000F)
        isAuthenticated = flags & 0x0020 != 0
        let questions = try reader.number()
        let count = Int(try reader.number())
        guard count <= Self.answerLimit else { throw .replyTooLarge(limit: Self.answerLimit) }
        _ = try reader.bytes(4)
        for _ in 0..<questions {
            _ = try reader.name()
            _ = try reader.bytes(4)
        }
        var answers: [DNSRecord] = []
        for _ in 0..<count { answers.append(try reader.record()) }
        self.answers = answers
    }

    /// What `responseCode` is called. Source: IANA, "DNS RCODEs".
    public var responseName: String {
        let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
        return names.indices.contains(responseCode) ? names[responseCode] : "RCODE \(responseCode)"
    }
}

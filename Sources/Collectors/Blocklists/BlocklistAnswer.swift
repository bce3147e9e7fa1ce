import MailWire

/// What the address records of a blocklist mean. Source: RFC 5782, section 2.1.
enum BlocklistAnswer: Hashable, Sendable {
    case clear
    /// With the codes by which the list says why.
    case listed(codes: [InternetAddress])
    /// The list did not answer the question, whatever it said; the text says how it shows.
    case refused(String)

    init(_ records: [DNSRecord]) {
        let codes = records.compactMap { record -> InternetAddress? in
            if case .address(let address) = record.content { return address }
            return nil
        }
        guard !codes.isEmpty else {
            self = .clear
            return
        }
        let text = codes.map(\.description).joined(separator: ", ")
        if codes.contains(where: { $0.bytes.prefix(3) == [127, 255, 255] }) {
            // Spamhaus' codes for resolvers that it does not serve, and others' by its example.
            self = .refused("it answers \(text), which means that it does not serve this resolver; ask it from a resolver of your own")
        } else if codes.contains(where: { $0.bytes.first != 127 }) {
            self = .refused("it answers \(text), which is outside of 127.0.0.0/8: the list is gone, or the resolver makes answers up")
        } else {
            self = .listed(codes: codes)
        }
    }
}

import NIOSSL

extension NIOSSLCertificate {
    /// Whether a certificate that NIOSSL has taken for a server called `name` is none of that name.
    ///
    /// NIOSSL also takes one that is for the address that was connected to, whatever name was asked for: then whoever answers at an address
    /// could be anybody that it belongs to. A name must be found among the names. Source: RFC 9525, section 6.1.
    func isForAddressAlone(insteadOf name: String) -> Bool {
        let alternatives = _subjectAlternativeNames()
        guard alternatives.contains(where: { $0.nameType == .ipAddress }) else { return false }
        return !alternatives.contains { $0.nameType == .dnsName && Self.covers(String(decoding: $0.contents, as: UTF8.self), name) }
    }

    /// Whether a name of a certificate, which may stand for one more label by `*`, covers a name. Source: RFC 9525, section 6.3.
    private static func covers(_ presented: String, _ name: String) -> Bool {
        let (presented, name) = (labels(of: presented), labels(of: name))
        guard presented.first == "*" else { return presented == name }
        return presented.count > 2 && presented.count == name.count && presented.dropFirst() == name.dropFirst()
    }

    private static func labels(of name: String) -> [String] {
        let plain = name.hasSuffix(".") ? name.dropLast() : name[...]
        return plain.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}

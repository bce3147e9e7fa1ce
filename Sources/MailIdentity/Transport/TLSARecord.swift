import Crypto
import MailWire

/// Which certificate a server must show. Source: RFC 6698, section 2.1; for mail servers: RFC 7672.
public struct TLSARecord: Hashable, Sendable {
    /// 3 for the server's own certificate (DANE-EE), 2 for an authority in its chain (DANE-TA). 0 and 1 mean nothing to mail servers.
    public let usage: UInt8
    /// 0 for the whole certificate, 1 for its public key.
    public let selector: UInt8
    /// 0 for the bytes themselves, 1 for SHA-256, 2 for SHA-512.
    public let matching: UInt8
    public let data: [UInt8]

    public init(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matching = matching
        self.data = data
    }

    /// `nil` when the record is of another type.
    public init?(_ record: DNSRecord) {
        guard case .association(let usage, let selector, let matching, let data) = record.content else { return nil }
        self.init(usage: usage, selector: selector, matching: matching, data: data)
    }

    /// Whether a sender that obeys RFC 7672, section 3.1, can do anything with the record.
    public var isUsable: Bool {
        guard (2...3).contains(usage), selector <= 1 else { return false }
        switch matching {
        case 0: return !data.isEmpty
        case 1: return data.count == 32
        case 2: return data.count == 64
        default: return false
        }
    }

    /// Whether what a server shows, its own certificate first, is what the record says.
    public func matches(_ chain: [IdentityCertificate]) -> Bool {
        guard isUsable else { return false }
        return (usage == 3 ? chain.prefix(1) : chain[...]).contains { association(with: $0) == data }
    }

    /// What `data` would have to be for that certificate.
    public func association(with certificate: IdentityCertificate) -> [UInt8] {
        let bytes = selector == 0 ? certificate.bytes : certificate.publicKey
        return switch matching {
        case 1: Array(SHA256.hash(data: bytes))
        case 2: Array(SHA512.hash(data: bytes))
        default: bytes
        }
    }
}

extension TLSARecord: CustomStringConvertible {
    /// `3 1 1 8f…`, as zone files have it.
    public var description: String {
        "\(usage) \(selector) \(matching) " + data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

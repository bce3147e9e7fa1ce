import Foundation

/// The public key of a selector. Source: RFC 6376, section 3.6.1; Ed25519: RFC 8463; key lengths: RFC 8301, section 3.2.
public struct DKIMKeyRecord: Hashable, Sendable {
    public enum Key: Hashable, Sendable {
        case rsa(bits: Int)
        case ed25519
    }

    public let key: Key
    /// `t=y`: verifiers must treat the mail as if it were not signed.
    public let isTesting: Bool

    /// Verifiers must not take shorter ones. Source: RFC 8301, section 3.2.
    public static let fewestBits = 1024

    /// Throws when no verifier would take a signature by this key.
    public init(_ text: String) throws(RecordFault) {
        guard let tags = TagList(text) else { throw RecordFault("it is no list of tag=value") }
        if let version = tags["v"], version != "DKIM1" || tags.tags.first?.name != "v" {
            throw RecordFault("v= must be DKIM1 and come first")
        }
        if let services = tags["s"], !Self.list(services).contains(where: { $0 == "*" || $0 == "email" }) {
            throw RecordFault("s=\(services) does not allow mail")
        }
        if let hashes = tags["h"], !Self.list(hashes).contains("sha256") { throw RecordFault("h=\(hashes) does not allow sha256") }
        guard let encoded = tags["p"] else { throw RecordFault("it has no public key (p=)") }
        guard !encoded.isEmpty else { throw RecordFault("its public key is empty, which means that it is revoked") }
        guard let bytes = Data(base64Encoded: encoded.filter { !$0.isWhitespace }) else {
            throw RecordFault("its public key is not base64; it was cut or has stray characters")
        }
        switch tags["k"] ?? "rsa" {
        case "rsa":
            guard let bits = RSAKeyLength.bits(of: Array(bytes)) else { throw RecordFault("its public key is no RSA key") }
            guard bits >= Self.fewestBits else { throw RecordFault("its RSA key has \(bits) bits, fewer than \(Self.fewestBits)") }
            key = .rsa(bits: bits)
        case "ed25519":
            guard bytes.count == 32 else { throw RecordFault("its Ed25519 key has \(bytes.count) bytes instead of 32") }
            key = .ed25519
        case let other: throw RecordFault("k=\(other) is no algorithm of DKIM")
        }
        isTesting = tags["t"].map { Self.list($0).contains("y") } ?? false
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ":").map { TagList.trimmed($0).lowercased() }
    }
}

import Crypto

/// The key that an installation signs its probes with, so that it never takes another's message for its own.
public struct ProbeSigningKey: Sendable {
    private let key: SymmetricKey

    /// At least 16 bytes; keep them over restarts, or probes that are still in mailboxes stay there.
    public init(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        precondition(bytes.count >= 16, "a signing key of less than 16 bytes can be guessed")
        key = SymmetricKey(data: bytes)
    }

    /// HMAC-SHA256 of the text in 64 lowercase hexadecimal digits.
    func signature(of text: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether this key signed the text so.
    func isSignature(_ signature: String, of text: String) -> Bool {
        isEqual(signature, self.signature(of: text))
    }

    /// Takes the same time wherever the first difference is.
    func isEqual(_ given: String, _ expected: String) -> Bool {
        let expected = Array(expected.utf8)
        let given = Array(given.utf8)
        guard expected.count == given.count else { return false }
        return zip(expected, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// The length of an RSA key in DER. Source: RFC 8017, appendix A.1.1; SubjectPublicKeyInfo: RFC 5280, section 4.1.
enum RSAKeyLength {
    /// `nil` unless the bytes are an RSAPublicKey, bare or inside a SubjectPublicKeyInfo.
    static func bits(of bytes: [UInt8]) -> Int? {
        var outer = bytes[...]
        guard var inside = take(0x30, from: &outer), outer.isEmpty else { return nil }
        if inside.first == 0x02 { return modulus(inside) }
        guard take(0x30, from: &inside) != nil, var key = take(0x03, from: &inside), key.popFirst() == 0 else { return nil }
        guard let bare = take(0x30, from: &key), key.isEmpty else { return nil }
        return modulus(bare)
    }

    private static func modulus(_ content: ArraySlice<UInt8>) -> Int? {
        var content = content
        guard let number = take(0x02, from: &content)?.drop(while: { $0 == 0 }), let first = number.first else { return nil }
        guard let exponent = take(0x02, from: &content), !exponent.isEmpty, content.isEmpty else { return nil }
        return number.count * 8 - first.leadingZeroBitCount
    }

    /// The content of the next element, which must have that tag.
    private static func take(_ tag: UInt8, from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.popFirst() == tag, let short = bytes.popFirst() else { return nil }
        var length = Int(short)
        if short >= 0x80 {
            let count = Int(short & 0x7F)
            guard (1...3).contains(count), bytes.count >= count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard bytes.count >= length else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }
}

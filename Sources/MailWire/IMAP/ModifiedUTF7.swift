/// How mailbox names are written in IMAP4rev1. Source: RFC 3501, section 5.1.3.
public enum ModifiedUTF7 {
    public static func encode(_ name: String) -> String {
        var encoded = ""
        var pending: [UInt16] = []
        for scalar in name.unicodeScalars {
            if (0x20...0x7E).contains(scalar.value) {
                encoded += shifted(pending)
                pending = []
                encoded += scalar == "&" ? "&-" : String(scalar)
            } else {
                pending += Array(String(scalar).utf16)
            }
        }
        return encoded + shifted(pending)
    }

    /// A name that is not valid is returned as it is: showing it beats refusing it.
    public static func decode(_ text: String) -> String {
        var decoded: [UInt16] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                guard byte < 0x80 else { return text }
                decoded.append(UInt16(byte))
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return text }
            let run = rest[rest.startIndex..<end]
            rest = rest[(end + 1)...]
            guard !run.isEmpty else {
                decoded.append(UInt16(UInt8(ascii: "&")))
                continue
            }
            guard let units = unshifted(run) else { return text }
            decoded += units
        }
        return String(decoding: decoded, as: UTF16.self)
    }

    // MARK: - Private

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

    private static func shifted(_ units: [UInt16]) -> String {
        guard !units.isEmpty else { return "" }
        var digits: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for unit in units {
            bits = bits << 16 | UInt32(unit)
            count += 16
            while count >= 6 {
                count -= 6
                digits.append(alphabet[Int(bits >> UInt32(count) & 0x3F)])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        if count > 0 { digits.append(alphabet[Int(bits << UInt32(6 - count) & 0x3F)]) }
        return "&\(String(decoding: digits, as: UTF8.self))-"
    }

    private static func unshifted(_ digits: ArraySlice<UInt8>) -> [UInt16]? {
        var units: [UInt16] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return units
    }
}

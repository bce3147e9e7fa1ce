import MailWire

/// The names inside an SPF record, which may be made from the message in question. Source: RFC 7208, section 7.
struct SPFMacro {
    /// Whose mail is judged.
    let address: InternetAddress
    /// The domain of the sender, and the name in EHLO.
    let sender: String
    /// The domain whose record is being looked at.
    let domain: String

    /// Bytes of a name. Source: RFC 1035, section 2.3.4.
    private static let nameLimit = 253

    /// Throws for what is no macro, and for what makes no name. Takes time in proportion to the text, whatever that makes.
    func expand(_ text: String) throws(RecordFault) -> String {
        var result: [UInt8] = []
        var rest = text[...]
        while let character = rest.popFirst() {
            // What is so far from the end is cut off below.
            if result.count > 16 * Self.nameLimit { result.removeFirst(result.count - Self.nameLimit - 1) }
            guard character == "%" else {
                result += character.utf8
                continue
            }
            switch rest.popFirst() {
            case "%": result += "%".utf8
            case "_": result += " ".utf8
            case "-": result += "%20".utf8
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw RecordFault("\"\(text.prefix(60))\" has a macro without an end") }
                result += try value(of: rest[..<end], in: text).utf8
                rest = rest[rest.index(after: end)...]
            default: throw RecordFault("\"\(text.prefix(60))\" has a % that begins no macro")
            }
        }
        // Source: RFC 7208, section 7.3: longer names lose labels from the left.
        if result.count > Self.nameLimit {
            result = Array(result.suffix(Self.nameLimit + 1).drop { $0 != UInt8(ascii: ".") }.dropFirst())
        }
        if result.last == UInt8(ascii: ".") { result.removeLast() }
        guard !result.isEmpty else { throw RecordFault("\"\(text.prefix(60))\" makes no name") }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: - Private

    private func value(of macro: Substring, in text: String) throws(RecordFault) -> String {
        let fault = RecordFault("\"\(text.prefix(60))\" has the unknown macro %{\(macro.prefix(20))}")
        var transformers = macro.dropFirst()
        let digits = transformers.prefix { $0.isASCII && $0.isNumber }
        transformers = transformers.dropFirst(digits.count)
        let isReversed = transformers.first?.lowercased() == "r"
        if isReversed { transformers = transformers.dropFirst() }
        guard transformers.allSatisfy({ ".-+,/_=".contains($0) }), digits.isEmpty || (Int(digits) ?? 0) > 0 else { throw fault }
        let plain: String
        switch macro.first?.lowercased() {
        case "s": plain = "postmaster@\(sender)"
        case "l": plain = "postmaster"
        case "o", "h": plain = sender
        case "d": plain = domain
        case "i": plain = address.isIPv4 ? "\(address)" : String(address.reversed.reversed())
        case "p": plain = "unknown"
        case "v": plain = address.isIPv4 ? "in-addr" : "ip6"
        default: throw fault
        }
        let delimiters = transformers.isEmpty ? "." : String(transformers)
        var parts = plain.split(omittingEmptySubsequences: false) { delimiters.contains($0) }
        if isReversed { parts.reverse() }
        return parts.suffix(Int(digits) ?? parts.count).joined(separator: ".")
    }
}

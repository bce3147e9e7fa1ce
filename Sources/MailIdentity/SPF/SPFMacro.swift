import MailWire

/// The names inside an SPF record, which may be made from the message in question. Source: RFC 7208, section 7.
struct SPFMacro {
    /// Whose mail is judged.
    let address: InternetAddress
    /// The domain of the sender, and the name in EHLO.
    let sender: String
    /// The domain whose record is being looked at.
    let domain: String

    /// Throws for what is no macro.
    func expand(_ text: String) throws(RecordFault) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "%": result += "%"
            case "_": result += " "
            case "-": result += "%20"
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw RecordFault("\"\(text.prefix(60))\" has a macro without an end") }
                result += try value(of: rest[..<end], in: text)
                rest = rest[rest.index(after: end)...]
            default: throw RecordFault("\"\(text.prefix(60))\" has a % that begins no macro")
            }
        }
        // Source: RFC 7208, section 7.3: longer names lose labels from the left.
        while result.utf8.count > 253, let dot = result.firstIndex(of: ".") { result = String(result[result.index(after: dot)...]) }
        return result.hasSuffix(".") ? String(result.dropLast()) : result
    }

    // MARK: - Private

    private func value(of macro: Substring, in text: String) throws(RecordFault) -> String {
        let fault = RecordFault("\"\(text.prefix(60))\" has the unknown macro %{\(macro)}")
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

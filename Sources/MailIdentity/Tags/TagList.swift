/// `v=DKIM1; k=rsa; p=…`: the form in which DKIM, DMARC, MTA-STS and TLS-RPT publish. Source: RFC 6376, section 3.2.
struct TagList: Hashable, Sendable {
    struct Tag: Hashable, Sendable {
        /// In small letters.
        let name: String
        /// Without white space around it.
        let value: String
    }

    /// In the order of the record.
    let tags: [Tag]

    /// `nil` when a part has no `=`, no name, or a name that was there before.
    init?(_ text: String) {
        var tags: [Tag] = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let part = Self.trimmed(part)
            if part.isEmpty { continue }
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let name = Self.trimmed(part[..<equals]).lowercased()
            guard !name.isEmpty, !tags.contains(where: { $0.name == name }) else { return nil }
            tags.append(Tag(name: name, value: String(Self.trimmed(part[part.index(after: equals)...]))))
        }
        self.tags = tags
    }

    subscript(name: String) -> String? { tags.first { $0.name == name }?.value }

    static func trimmed(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}

extension IMAPScanner {
    mutating func response() throws(WireFault) -> IMAPResponse {
        if skip("+") {
            _ = skip(" ")
            return .continuation(restOfLine())
        }
        if skip("*") {
            try expect(" ")
            let response = try untagged()
            guard isAtEndOfLine else { throw malformed("the end of the response") }
            return response
        }
        let tag = try atom("a tag, * or +")
        try expect(" ")
        let word = try atom("OK, NO or BAD")
        guard let kind = IMAPStatus.Kind(rawValue: word.uppercased()), kind != .bye, kind != .preauthenticated else {
            throw .malformed(expected: "OK, NO or BAD behind the tag", found: WireText.excerpt(Array(word.utf8)))
        }
        return .tagged(tag, try status(kind))
    }

    // MARK: - Private

    private mutating func untagged() throws(WireFault) -> IMAPResponse {
        if let byte = next, (48...57).contains(byte) { return try numbered() }
        let name = try atom("the name of a response").uppercased()
        if let kind = IMAPStatus.Kind(rawValue: name) { return .status(try status(kind)) }
        switch name {
        case "CAPABILITY": return .capability(try trailingWords().map { $0.uppercased() })
        case "LIST", "LSUB": return .list(try listing())
        case "SEARCH": return .search(try searchResult())
        case "FLAGS":
            try expect(" ")
            return .flags(try words())
        case "STATUS": return .mailboxStatus(try mailboxStatus())
        case "VANISHED": return .vanished(try vanished())
        default:
            try skipRest()
            return .other(name)
        }
    }

    private mutating func numbered() throws(WireFault) -> IMAPResponse {
        let count = Int(try number())
        try expect(" ")
        let name = try atom("the name of a response").uppercased()
        switch name {
        case "EXISTS": return .exists(count)
        case "RECENT": return .recent(count)
        case "EXPUNGE": return .expunge(count)
        case "FETCH":
            try expect(" ")
            return .fetch(try fetch(sequenceNumber: count))
        default:
            try skipRest()
            return .other(name)
        }
    }

    private mutating func status(_ kind: IMAPStatus.Kind) throws(WireFault) -> IMAPStatus {
        _ = skip(" ")
        var code: IMAPResponseCode?
        if skip("[") {
            code = try responseCode()
            _ = skip(" ")
        }
        return IMAPStatus(kind, code: code, text: restOfLine())
    }

    private mutating func responseCode() throws(WireFault) -> IMAPResponseCode {
        let name = String(decoding: take { $0 > 0x20 && $0 != UInt8(ascii: "]") }, as: UTF8.self).uppercased()
        guard !name.isEmpty else { throw malformed("a response code") }
        _ = skip(" ")
        let code: IMAPResponseCode
        switch name {
        case "UIDVALIDITY": code = .uidValidity(try number())
        case "UIDNEXT": code = .uidNext(try uid())
        case "PERMANENTFLAGS": code = .permanentFlags(try words())
        case "READ-ONLY": code = .readOnly
        case "READ-WRITE": code = .readWrite
        default:
            code = Self.code(name, take { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") })
        }
        try expect("]")
        return code
    }

    private static func code(_ name: String, _ argument: ArraySlice<UInt8>) -> IMAPResponseCode {
        let words = argument.prefix(codeLimit).split(separator: UInt8(ascii: " "))
        switch name {
        case "CAPABILITY": return .capability(words.map { WireText.printable($0).uppercased() })
        case "APPENDUID":
            // A set of UIDs answers several messages at once, which nobody here sends.
            let numbers = words.compactMap { UInt32(String(decoding: $0, as: UTF8.self)) }
            guard words.count == 2, numbers.count == 2, let uid = UID(numbers[1]) else { break }
            return .appendUID(validity: numbers[0], uid)
        default: break
        }
        return .other(name: name, argument: WireText.printable(argument, limit: codeLimit))
    }

    /// What is kept of a response code, in bytes.
    private static let codeLimit = 4096

    private mutating func trailingWords() throws(WireFault) -> [String] {
        var words: [String] = []
        while skip(" "), !isAtEndOfLine { words.append(try atom()) }
        return words
    }

    private mutating func searchResult() throws(WireFault) -> [UID] {
        var found: [UID] = []
        while skip(" "), !isAtEndOfLine {
            // `(MODSEQ 917162500)` closes the list when CONDSTORE is on.
            if next == UInt8(ascii: "(") {
                try skipValue()
                break
            }
            found.append(try uid())
        }
        return found
    }

    private mutating func listing() throws(WireFault) -> IMAPListing {
        try expect(" ")
        let attributes = try words()
        try expect(" ")
        let delimiter = try text().map { String(decoding: $0, as: UTF8.self) }
        try expect(" ")
        // NIL is a possible mailbox name here, written as an atom.
        let name = try text().map { String(decoding: $0, as: UTF8.self) } ?? "NIL"
        if !isAtEndOfLine { try skipRest() }
        return IMAPListing(attributes: attributes, delimiter: delimiter, name: ModifiedUTF7.decode(name))
    }

    private mutating func mailboxStatus() throws(WireFault) -> IMAPMailboxStatus {
        try expect(" ")
        let name = try text().map { String(decoding: $0, as: UTF8.self) } ?? "NIL"
        try expect(" ")
        try expect("(")
        var values: [IMAPStatusItem: UInt32] = [:]
        var isFirst = true
        while !skip(")") {
            if !isFirst { try expect(" ") }
            isFirst = false
            let item = IMAPStatusItem(rawValue: try atom("an item of STATUS").uppercased())
            try expect(" ")
            // Items of extensions may be of 64 bits, or lists.
            if let item { values[item] = try number() } else { try skipValue() }
        }
        // Servers put a blank here.
        _ = skip(" ")
        return IMAPMailboxStatus(mailbox: ModifiedUTF7.decode(name), values: values)
    }

    private mutating func vanished() throws(WireFault) -> IMAPVanished {
        try expect(" ")
        let isEarlier = next == UInt8(ascii: "(")
        if isEarlier {
            guard try words().map({ $0.uppercased() }) == ["EARLIER"] else { throw malformed("(EARLIER)") }
            try expect(" ")
        }
        var uids: [ClosedRange<UID>] = []
        repeat {
            let first = try uid()
            let last = skip(":") ? try uid() : first
            uids.append(min(first, last)...max(first, last))
        } while skip(",")
        return IMAPVanished(isEarlier: isEarlier, uids: uids)
    }

    private mutating func fetch(sequenceNumber: Int) throws(WireFault) -> IMAPFetch {
        var fetch = IMAPFetch(sequenceNumber: sequenceNumber)
        try expect("(")
        var isFirst = true
        while !skip(")") {
            if !isFirst { try expect(" ") }
            isFirst = false
            try attribute(of: &fetch)
        }
        return fetch
    }

    private mutating func attribute(of fetch: inout IMAPFetch) throws(WireFault) {
        let word = take { $0 > 0x20 && !"[()\"".utf8.contains($0) }
        guard !word.isEmpty else { throw malformed("a FETCH attribute") }
        let name = String(decoding: word, as: UTF8.self).uppercased()
        let section = try sectionName()
        try expect(" ")
        switch (name, section) {
        case ("UID", nil): fetch.uid = try uid()
        case ("FLAGS", nil): fetch.flags = try words()
        case ("RFC822.SIZE", nil): fetch.size = Int(try number())
        case ("INTERNALDATE", nil): fetch.internalDate = try text().map { WireText.printable($0) }
        case ("BODY", let section?): fetch.sections[section] = try text()
        case ("RFC822", nil): fetch.sections[""] = try text()
        case ("RFC822.HEADER", nil): fetch.sections["HEADER"] = try text()
        default: try skipValue()
        }
    }

    /// `[HEADER.FIELDS (SUBJECT)]<0>` behind BODY; `nil` when there is no bracket.
    private mutating func sectionName() throws(WireFault) -> String? {
        guard skip("[") else { return nil }
        let name = take { !"]\r\n".utf8.contains($0) }
        try expect("]")
        if skip("<") {
            _ = try number()
            try expect(">")
        }
        return String(decoding: name, as: UTF8.self).uppercased()
    }

    private mutating func skipRest() throws(WireFault) {
        while !isAtEndOfLine {
            if skip(" ") { continue }
            try skipValue()
        }
    }
}

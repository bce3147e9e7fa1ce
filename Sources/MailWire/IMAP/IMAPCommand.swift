/// A command of an IMAP client. Source: RFC 3501, section 6; UID EXPUNGE: RFC 4315; ID and IDLE will join as journeys need them.
public enum IMAPCommand: Hashable, Sendable {
    case capability
    case noop
    case logout
    case startTLS
    case login(username: String, password: String)
    case list(reference: String, pattern: String)
    case select(mailbox: String)
    /// Opens a mailbox without the right to change it.
    case examine(mailbox: String)
    case uidSearch([IMAPSearchKey])
    /// The newest message. When it, or the last one, has gone meanwhile nothing comes, without an error: RFC 3501, section 6.4.8.
    case uidFetchNewest([IMAPFetchItem])
    case uidFetch([UID], [IMAPFetchItem])
    case uidAddFlags([UID], [String])
    case uidExpunge([UID])

    /// `UID SEARCH`: the command as an operator calls it, without its arguments.
    public var verb: String {
        switch self {
        case .capability: "CAPABILITY"
        case .noop: "NOOP"
        case .logout: "LOGOUT"
        case .startTLS: "STARTTLS"
        case .login: "LOGIN"
        case .list: "LIST"
        case .select: "SELECT"
        case .examine: "EXAMINE"
        case .uidSearch: "UID SEARCH"
        case .uidFetch, .uidFetchNewest: "UID FETCH"
        case .uidAddFlags: "UID STORE"
        case .uidExpunge: "UID EXPUNGE"
        }
    }

    /// The bytes to send, cut where the server must first invite the next piece with a continuation; one piece in the usual case.
    /// Throws `unencodable` for an argument with a NUL, for an empty set of messages, and for items that are no atoms.
    public func encoded(tag: String) throws(WireFault) -> [[UInt8]] {
        var encoder = IMAPCommandEncoder("\(tag) \(verb)")
        switch self {
        case .capability, .noop, .logout, .startTLS: break
        case .login(let username, let password):
            try encoder.append(string: username)
            try encoder.append(string: password)
        case .list(let reference, let pattern):
            try encoder.append(string: ModifiedUTF7.encode(reference))
            try encoder.append(string: ModifiedUTF7.encode(pattern))
        case .select(let mailbox), .examine(let mailbox):
            try encoder.append(string: ModifiedUTF7.encode(mailbox))
        case .uidSearch(let keys):
            guard !keys.isEmpty else { throw .unencodable(reason: "a search without a key") }
            for key in keys { try key.encode(into: &encoder) }
        case .uidFetchNewest(let items):
            encoder.append(word: "*")
            encoder.append(word: try Self.list(items))
        case .uidFetch(let uids, let items):
            encoder.append(word: try Self.set(uids))
            encoder.append(word: try Self.list(items))
        case .uidAddFlags(let uids, let flags):
            encoder.append(word: try Self.set(uids))
            encoder.append(word: "+FLAGS.SILENT")
            encoder.append(word: "(\(try flags.map { flag throws(WireFault) in try Self.atom(flag) }.joined(separator: " ")))")
        case .uidExpunge(let uids):
            encoder.append(word: try Self.set(uids))
        }
        return encoder.finish()
    }

    // MARK: - Private

    /// `3:5,9`: runs of neighbours are joined, since a server may bound the length of a line.
    private static func set(_ uids: [UID]) throws(WireFault) -> String {
        var ranges: [ClosedRange<UInt32>] = []
        for number in Set(uids.map(\.number)).sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        guard !ranges.isEmpty else { throw .unencodable(reason: "a set without messages") }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ",")
    }

    private static func list(_ items: [IMAPFetchItem]) throws(WireFault) -> String {
        guard !items.isEmpty else { throw .unencodable(reason: "a fetch without items") }
        return "(\(try items.map { item throws(WireFault) in try item.encoded() }.joined(separator: " ")))"
    }

    static func atom(_ text: String) throws(WireFault) -> String {
        let isAtom = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"(){%*\"]".utf8.contains($0) }
        guard isAtom else { throw .unencodable(reason: "a name with characters that have a meaning in IMAP") }
        return text
    }
}

extension IMAPCommand: CustomStringConvertible {
    /// The verb alone: arguments may hold a password.
    public var description: String { verb }
}

/// What a message must be like to be found. Source: RFC 3501, section 6.4.4.
public enum IMAPSearchKey: Hashable, Sendable {
    case all
    case unseen
    case undeleted
    /// The header field contains the text.
    case header(String, String)
    /// The body contains the text.
    case body(String)
    /// Received on or after a day, written `17-Jul-1996`.
    case since(String)

    func encode(into encoder: inout IMAPCommandEncoder) throws(WireFault) {
        switch self {
        case .all: encoder.append(word: "ALL")
        case .unseen: encoder.append(word: "UNSEEN")
        case .undeleted: encoder.append(word: "UNDELETED")
        case .header(let name, let text):
            encoder.append(word: "HEADER")
            encoder.append(word: try IMAPCommand.atom(name))
            try encoder.append(string: text)
        case .body(let text):
            encoder.append(word: "BODY")
            try encoder.append(string: text)
        case .since(let day):
            encoder.append(word: "SINCE")
            encoder.append(word: try IMAPCommand.atom(day))
        }
    }
}

/// What to fetch of a message; never sets \Seen. Source: RFC 3501, section 6.4.5.
public enum IMAPFetchItem: Hashable, Sendable {
    case uid
    case flags
    case size
    case internalDate
    /// The whole message.
    case message
    /// All header fields.
    case header
    case headerFields([String])

    func encoded() throws(WireFault) -> String {
        switch self {
        case .uid: return "UID"
        case .flags: return "FLAGS"
        case .size: return "RFC822.SIZE"
        case .internalDate: return "INTERNALDATE"
        case .message: return "BODY.PEEK[]"
        case .header: return "BODY.PEEK[HEADER]"
        case .headerFields(let names):
            return
                "BODY.PEEK[HEADER.FIELDS (\(try names.map { name throws(WireFault) in try IMAPCommand.atom(name) }.joined(separator: " ")))]"
        }
    }
}

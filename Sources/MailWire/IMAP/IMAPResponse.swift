/// One response of an IMAP server. Source: RFC 3501, section 7.
public enum IMAPResponse: Hashable, Sendable {
    /// The end of the command with this tag.
    case tagged(String, IMAPStatus)
    /// The server waits for the rest of a command.
    case continuation(String)
    /// An untagged OK, NO, BAD, BYE or PREAUTH.
    case status(IMAPStatus)
    /// Names in capitals.
    case capability([String])
    case list(IMAPListing)
    case search([UID])
    case flags([String])
    /// Messages in the selected mailbox.
    case exists(Int)
    case recent(Int)
    /// The message of this sequence number is gone.
    case expunge(Int)
    case fetch(IMAPFetch)
    /// Messages that are gone, where QRESYNC has taken the place of EXPUNGE.
    case vanished(IMAPVanished)
    /// What was asked of a mailbox without opening it.
    case mailboxStatus(IMAPMailboxStatus)
    /// A response that nobody here needs, with its name in capitals.
    case other(String)
}

/// One mailbox of a LIST response. Source: RFC 3501, section 7.2.2.
public struct IMAPListing: Hashable, Sendable {
    public let attributes: [String]
    /// `nil` for a flat name.
    public let delimiter: String?
    /// Decoded from modified UTF-7.
    public let name: String

    public init(attributes: [String], delimiter: String?, name: String) {
        self.attributes = attributes
        self.delimiter = delimiter
        self.name = name
    }

    /// Whether it has a role such as `\Sent`; servers differ in case. Source: RFC 6154, section 2.
    public func has(_ attribute: String) -> Bool {
        attributes.contains { $0.lowercased() == attribute.lowercased() }
    }
}

/// What a FETCH response says of one message. Source: RFC 3501, section 7.4.2.
public struct IMAPFetch: Hashable, Sendable {
    public let sequenceNumber: Int
    public var uid: UID?
    public var flags: [String]?
    /// RFC822.SIZE, in bytes.
    public var size: Int?
    /// As the server writes it: `17-Jul-1996 02:44:25 -0700`.
    public var internalDate: String?
    /// Section in capitals (`HEADER.FIELDS (SUBJECT)`, empty for the whole message) → its bytes; NIL is left out.
    public var sections: [String: [UInt8]] = [:]

    public init(sequenceNumber: Int) {
        self.sequenceNumber = sequenceNumber
    }
}

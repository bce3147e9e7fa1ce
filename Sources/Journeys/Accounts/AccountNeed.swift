import MailClient
import PostwatchModel
import PostwatchRuntime

/// An account that a journey signs in with: where, and what for.
public struct AccountNeed: Hashable, Sendable {
    /// The way in, with all that the journey does behind it.
    public enum Door: Hashable, Sendable {
        case mailbox(IMAPAccess, MailboxUse)
        /// Hands mail in, from and to whom it says; without a recipient it only signs in.
        case submission(SMTPAccess)
        case pop3(POP3Access)
        /// Keeps a script there.
        case sieve(SieveAccess)
        case calendar(DAVAccess)
        case contacts(DAVAccess)
        case web(HTTPAccess)
        case webmail(WebmailAccess)
    }

    /// What is done in a mailbox.
    public struct MailboxUse: Hashable, Sendable {
        public enum SentFolder: Hashable, Sendable {
            /// Nothing is filed.
            case none
            case named(String)
            /// The one that the server marks as such, or `Sent`.
            case marked
        }

        /// Folders that are opened for reading.
        public var reads: [String]
        /// Folders that messages of the journey's own are put into or removed from.
        public var writes: [String]
        /// Where messages are filed among the sent ones.
        public var sent: SentFolder
        /// Whether messages are removed by UID EXPUNGE alone.
        public var needsUIDPLUS: Bool
        public var needsIdle: Bool

        public init(
            reads: [String] = [], writes: [String] = [], sent: SentFolder = .none, needsUIDPLUS: Bool = false, needsIdle: Bool = false
        ) {
            self.reads = reads
            self.writes = writes
            self.sent = sent
            self.needsUIDPLUS = needsUIDPLUS
            self.needsIdle = needsIdle
        }
    }

    public var door: Door
    public var account: MailAccount
    /// `reads INBOX`, `finds and removes its own messages in INBOX`.
    public var purpose: String

    public init(_ door: Door, _ account: MailAccount, purpose: String) {
        self.door = door
        self.account = account
        self.purpose = purpose
    }

    /// Where a journey looks for messages of its own, and removes them.
    /// - Parameter others: more folders where they may be.
    static func arrivals(at mailbox: IMAPAccess, _ account: MailAccount, others: ProbeFolders = ProbeFolders()) -> AccountNeed {
        let folders = [mailbox.folder] + [others.junk, others.quarantine].compactMap(\.self)
        return AccountNeed(
            .mailbox(mailbox, MailboxUse(writes: folders, needsUIDPLUS: true)), account,
            purpose: "finds and removes its own messages in \(folders.joined(separator: ", "))")
    }

    /// Where a journey hands mail in; `nil` for a server that takes mail from outside.
    static func submission(by access: SMTPAccess) -> AccountNeed? {
        access.account.map { account in
            let sender = access.from.isEmpty ? "" : " as \(access.from)"
            return AccountNeed(.submission(access), account, purpose: access.to.map { "sends\(sender) to \($0)" } ?? "signs in")
        }
    }

    /// Where it is.
    public var server: String {
        switch door {
        case .mailbox(let access, _): access.place
        case .submission(let access): access.server == nil ? "" : access.place
        case .pop3(let access): access.place
        case .sieve(let access): access.place
        case .calendar(let access), .contacts(let access): Self.place(access.url.origin, access.destination)
        case .web(let access): Self.place(access.url.origin, access.destination)
        case .webmail(let access): Self.place(access.url.origin, access.destination)
        }
    }

    private static func place(_ origin: String, _ destination: WebDestination?) -> String {
        origin + (destination.map { " [\($0.endpoint)]" } ?? "")
    }
}

import MailClient
import PostwatchModel
import Synchronization

/// The senders' mailboxes of one vantage: journeys that name the same one share it.
final class BounceMailboxPool: Sendable {
    private struct Key: Hashable {
        let access: IMAPAccess
        /// Another name server may know another server by the name.
        let resolver: Endpoint?
    }

    /// A mailbox lives as long as a journey that has it.
    private struct Shelf {
        weak var mailbox: BounceMailbox?
    }

    private let shelves = Mutex<[Key: Shelf]>([:])

    /// `nil` without an account. Throws `TLSClient.UnusableRoots`.
    func mailbox(_ access: IMAPAccess, for setting: JourneySetting, _ book: ProbeBook) throws -> BounceMailbox? {
        guard let account = access.account else { return nil }
        let key = Key(access: access, resolver: setting.configuration.resolver)
        let mailbox = try shelves.withLock { shelves in
            shelves = shelves.filter { $0.value.mailbox != nil }
            if let mailbox = shelves[key]?.mailbox { return mailbox }
            let mailbox = try BounceMailbox(access, account: account, setting: setting)
            shelves[key] = Shelf(mailbox: mailbox)
            return mailbox
        }
        mailbox.join(setting.configuration.name, book)
        return mailbox
    }
}

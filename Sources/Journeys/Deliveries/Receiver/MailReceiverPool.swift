import NIOCore
import Synchronization

/// The receivers of one vantage: journeys that listen at the same place share one.
final class MailReceiverPool: Sendable {
    private let receivers = Mutex<[ReceiverAccess: MailReceiver]>([:])

    /// Throws `MailReceiver.Unusable`.
    func receiver(_ access: ReceiverAccess, group: any EventLoopGroup) throws -> MailReceiver {
        try receivers.withLock { receivers in
            if let receiver = receivers[access] { return receiver }
            let receiver = try MailReceiver(access, group: group)
            receivers[access] = receiver
            return receiver
        }
    }
}

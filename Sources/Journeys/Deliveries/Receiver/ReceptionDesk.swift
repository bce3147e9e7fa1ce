import MailWire
import NIOCore
import NIOSSL
import PostwatchModel
import Synchronization

/// What all connections to one receiver share: who may be written to, and how much at once.
final class ReceptionDesk: Sendable {
    /// Bytes of the largest message that is taken; a probe has less than two thousand, and what hops add.
    static let messageLimit = 1 << 18
    /// Connections at the same time.
    static let connectionLimit = 32
    /// How long one connection may last.
    static let sessionLimit = TimeAmount.seconds(60)

    let name: String
    /// With it STARTTLS is offered.
    let tls: NIOSSLContext?
    private let state = Mutex(State())

    private struct State {
        /// Each journey's, by its name.
        var inboxes: [String: ReceiverInbox] = [:]
        var connections = 0
        var copies = CopyNumbers()
    }

    init(name: String, tls: NIOSSLContext?) {
        self.name = name
        self.tls = tls
    }

    var recipients: Set<String> { Set(state.withLock { $0.inboxes.values.map { $0.recipient.lowercased() } }) }

    func open(_ inbox: ReceiverInbox) {
        state.withLock { $0.inboxes[inbox.journey] = inbox }
    }

    /// One more connection; `false` when there are too many.
    func enter() -> Bool {
        state.withLock { state in
            guard state.connections < Self.connectionLimit else { return false }
            state.connections += 1
            return true
        }
    }

    func leave() {
        state.withLock { $0.connections -= 1 }
    }

    /// Gives a message to the journey that sent it, and returns when that is booked on disk, or cannot be brought there.
    func take(_ message: [UInt8]) async -> ReceptionStateMachine.Reception {
        let now = NIODeadline.now()
        let header = MessageHeader(message)
        for inbox in state.withLock({ Array($0.inboxes.values) }) {
            guard let mark = ProbeTrace.signedHeader.mark(in: header, of: inbox.journey, verifiedWith: inbox.key) else {
                continue
            }
            let number = state.withLock { $0.copies.next(of: message) }
            guard await inbox.take(mark, header, at: now, place: name, number: number) else {
                state.withLock { $0.copies.takeBack(message) }
                return .unrecorded
            }
            return .taken
        }
        return .unknown
    }
}

import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// What a receiver has taken for one journey, and who waits for it.
final class ReceiverInbox: Sendable {
    private enum Expectation {
        /// The message may go off at any moment.
        case announced
        case awaited(EventLoopPromise<Stamped<MessageHeader>>)
        case arrived(Stamped<MessageHeader>)
    }

    let journey: String
    let key: ProbeSigningKey
    let recipient: String
    private let book: ProbeBook
    private let world: World
    private let eventLoop: any EventLoop
    /// By the probe's number; a run takes its own away when it ends.
    private let expectations = Mutex<[String: Expectation]>([:])

    init(of setting: JourneySetting, book: ProbeBook, recipient: String, eventLoop: any EventLoop) {
        journey = setting.configuration.name
        key = setting.signingKey
        world = setting.world
        self.book = book
        self.recipient = recipient
        self.eventLoop = eventLoop
    }

    /// A message may come from now on.
    func expect(_ id: String) {
        expectations.withLock { $0[id] = .announced }
    }

    /// Waits for a message that is expected. Throws `ConnectionFailure.timedOut` or `.cancelled`.
    func arrival(of id: String, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<MessageHeader> {
        let promise = eventLoop.makePromise(of: Stamped<MessageHeader>.self)
        let arrived = expectations.withLock { expectations -> Stamped<MessageHeader>? in
            if case .arrived(let arrived) = expectations[id] { return arrived }
            expectations[id] = .awaited(promise)
            return nil
        }
        if let arrived {
            promise.succeed(arrived)
            return arrived
        }
        // Whoever comes second to a promise is ignored.
        let timer = eventLoop.scheduleTask(deadline: deadline) { promise.fail(ConnectionFailure.timedOut) }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(ConnectionFailure.cancelled)
            }
        } catch {
            throw error as? ConnectionFailure ?? .timedOut
        }
    }

    /// Nobody waits for the message any more.
    func forget(_ id: String) {
        _ = expectations.withLock { $0.removeValue(forKey: id) }
    }

    /// A message has come. Returns when it is booked on disk, or cannot be brought there: `false` then, and it must be sent again.
    /// - Parameters:
    ///   - place: the receiver.
    ///   - number: tells copies of a message apart.
    func take(_ mark: ProbeMark, _ header: MessageHeader, at moment: NIODeadline, place: String, number: UInt32) async -> Bool {
        let sighting = ProbeSighting(place: .inbox, folder: place, uid: number, at: world.now())
        // One that ended so long ago that only the disk remembers it.
        guard await book.recall([mark.id], before: .distantFuture) else { return false }
        book.see(mark.id, [sighting])
        let stamped = Stamped(header, at: moment)
        let expectation = expectations.withLock { expectations -> Expectation? in
            defer { if expectations[mark.id] != nil { expectations[mark.id] = .arrived(stamped) } }
            return expectations[mark.id]
        }
        switch expectation {
        case .awaited(let promise): promise.succeed(stamped)
        // Without an expectation it is a latecomer, whose run has ended.
        case .announced, .arrived, nil: break
        }
        return await book.persist(before: .distantFuture)
    }
}

import Journeys
import MailClient
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Waits for nothing: whoever sleeps goes on at once. Deadlines of connections are NIO's and stay real.
struct ImpatientClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Swift.Duration = .zero
        func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    var now: Instant { Instant() }
    var minimumResolution: Swift.Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        try Task.checkCancellation()
        await Task.yield()
    }
}

/// A wall clock that tests move.
final class WallClock: Sendable {
    private let moment = Mutex(Timestamp(milliseconds: 1_767_225_600_000))

    var now: Timestamp { moment.withLock(\.self) }
    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }

    var world: World { World(clock: ImpatientClock()) { self.now } }

    var factory: JourneyFactory { factory() }

    func factory(probes: ProbeAccounting = ProbeAccounting()) -> JourneyFactory {
        JourneyFactory(
            vantage: "here", signingKey: ProbeSigningKey(Array("a key of the tests".utf8)), probes: probes, world: world,
            group: MultiThreadedEventLoopGroup.singleton, threadPool: .singleton)
    }
}

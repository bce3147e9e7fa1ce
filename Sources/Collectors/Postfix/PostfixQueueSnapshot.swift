import MailLogs
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// The queues of one Postfix instance as they are now, for a person who looks.
public struct PostfixQueueSnapshot: Hashable, Sendable {
    /// How much waits in one queue.
    public struct Depth: Hashable, Sendable {
        /// `active`, `deferred`, `hold`, `incoming` or `maildrop`.
        public let queue: String
        public let messages: Int
        /// Since the oldest message arrived; 0 when there is none.
        public let oldestAgeSeconds: Double
    }

    public let moment: Timestamp
    /// Every queue.
    public let depths: [Depth]
    /// Most messages first; `other` stands for all that are not named.
    public let destinations: [WaitingDestination]

    /// Reads the whole queue.
    /// - Parameters:
    ///   - most: how many destinations are named.
    ///   - timeout: for all of it. A queue of a million messages takes Postfix a minute to list.
    public static func read(
        _ settings: PostfixSettings, most: Int, timeout: Duration, world: World
    ) async throws(CollectionFailure) -> PostfixQueueSnapshot {
        let moment = world.now()
        let collector = PostfixQueueCollector(name: "postfix", settings: settings, timeout: timeout, world: world)
        let result: Result<QueueReading, CollectionFailure>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(CollectionFailure) in try collector.reading(at: moment, withIDs: false, withTexts: true) }
            }
        } catch {
            throw .stopped
        }
        let reading = try result.get()
        return PostfixQueueSnapshot(
            moment: moment, depths: reading.summary.depths, destinations: reading.table?.destinations(most: most) ?? [])
    }
}

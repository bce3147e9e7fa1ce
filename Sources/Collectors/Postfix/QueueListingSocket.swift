import Glibc
import PostwatchModel

/// A connection to a `showq` socket that never waits longer than it was told. Blocks the calling thread.
struct QueueListingSocket {
    let path: String
    /// For the whole listing.
    let timeout: Duration
    let clock: any Clock<Duration>

    /// Connects, and hands over what arrives until the service closes the connection or `take` says that it has enough.
    func read(_ take: (ArraySlice<UInt8>) throws(CollectionFailure) -> Progress) throws(CollectionFailure) {
        do throws(CollectionFailure) {
            let connection = try ServiceConnection(.local(path: path), timeout: timeout, clock: clock, hints: Self.hints)
            while let chunk = try connection.chunk() {
                if try take(chunk) == .done { return }
            }
        } catch .timedOut(let limit, _) {
            throw .timedOut(after: limit, while: "\(path) was read; the service hangs or its queue is very long")
        }
    }

    enum Progress: Hashable, Sendable {
        case more, done
    }

    // MARK: - Private

    private static let hints: [Int32: String] = [
        ECONNREFUSED: "nobody listens; Postfix is not running",
        ENOENT: "there is no such socket; Postfix is not running, or its queue_directory is another",
        EACCES: "permission denied; let the agent run as a member of Postfix' setgid_group (postdrop)",
    ]
}

import Glibc
import PostwatchModel
import Synchronization

/// Tells which sockets have something to read. One thread may wait for that while another looks.
final class SyslogArrivals: Sendable {
    /// The sockets that are open. One that is closed while somebody waits for it ends no wait, or one too early; both do no harm.
    private let sockets = Mutex<[Int32]>([])
    /// Two ends: the second is closed, so that the first is readable, once nobody is to wait any more.
    private let end: OwnedDescriptor
    private let stopper: OwnedDescriptor

    /// `nil` when the process has no descriptors left; `errno` tells why.
    init?() {
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0,
            let end = OwnedDescriptor(pair[0]), let stopper = OwnedDescriptor(pair[1])
        else { return nil }
        self.end = end
        self.stopper = stopper
    }

    /// Looks at these from now on.
    func watch(_ descriptors: [Int32]) {
        sockets.withLock { $0 = descriptors }
    }

    /// Those that have something to read now, or have ended.
    func ready() -> [Int32] {
        poll(sockets.withLock { $0 }, milliseconds: 0)
    }

    /// Waits until there is something to read, the time is over, or `stop()` was called.
    func wait(upTo limit: Duration) {
        let (seconds, attoseconds) = limit.components
        _ = poll(
            sockets.withLock { $0 } + [end.number], milliseconds: Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    /// Nobody waits from now on.
    func stop() {
        shutdown(stopper.number, Int32(SHUT_RDWR))
    }

    // MARK: - Private

    private func poll(_ descriptors: [Int32], milliseconds: Int32) -> [Int32] {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard Glibc.poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return [] }
        return entries.filter { $0.revents != 0 }.map(\.fd)
    }
}

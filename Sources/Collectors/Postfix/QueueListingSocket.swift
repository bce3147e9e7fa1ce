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
        let elapsed = clock.stopwatch()
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw unreachable(errno) }
        defer { close(descriptor) }
        try connect(descriptor)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            try wait(for: descriptor, atMost: timeout - elapsed())
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count > 0 else { throw unreachable(errno) }
            if try take(buffer[..<count]) == .done { return }
        }
    }

    enum Progress: Hashable, Sendable {
        case more, done
    }

    // MARK: - Private

    private func connect(_ descriptor: Int32) throws(CollectionFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // The path needs a NUL behind it.
        guard path.utf8.count < room else {
            throw .unreachable(socket: path, reason: "the path is longer than \(room - 1) bytes, which no socket's may be")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw unreachable(errno) }
    }

    private func wait(for descriptor: Int32, atMost limit: Duration) throws(CollectionFailure) {
        // At least one: 0 would not wait at all, and a negative number for ever.
        let milliseconds = max(1, limit.wholeMilliseconds)
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = limit > .zero ? poll(&request, 1, Int32(clamping: milliseconds)) : 0
        if ready == 0 { throw .timedOut(after: timeout, while: "\(path) was read; the service hangs or its queue is very long") }
        if ready < 0 && errno != EINTR { throw unreachable(errno) }
    }

    private func unreachable(_ error: Int32) -> CollectionFailure {
        let reason =
            switch error {
            case EAGAIN: "too many connections wait there already; the service hangs"
            case ECONNREFUSED: "nobody listens; Postfix is not running"
            case ENOENT: "there is no such socket; Postfix is not running, or its queue_directory is another"
            case EACCES: "permission denied; let the agent run as a member of Postfix' setgid_group (postdrop)"
            default: String(cString: strerror(error))
            }
        return .unreachable(socket: path, reason: reason)
    }
}

extension Clock where Duration == Swift.Duration {
    /// The time since now, whenever it is asked.
    fileprivate func stopwatch() -> () -> Duration {
        let start = now
        return { start.duration(to: self.now) }
    }
}

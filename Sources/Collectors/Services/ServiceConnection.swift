import Glibc
import PostwatchModel

/// A connection to a service of this node that never waits longer than it was told. Blocks the calling thread; closed when let go.
final class ServiceConnection {
    let address: ServiceAddress
    private let descriptor: Int32
    private let deadline: ServiceDeadline
    private let hints: [Int32: String]
    /// What was read and not yet taken.
    private var buffer: [UInt8] = []
    private var taken = 0

    /// - Parameters:
    ///   - timeout: For everything that is done with this connection, all in all.
    ///   - hints: What an error number means with this service, and what to do: `[ENOENT: "there is no such socket; …"]`.
    init(
        _ address: ServiceAddress, timeout: Duration, clock: any Clock<Duration>, hints: [Int32: String] = [:]
    ) throws(CollectionFailure) {
        self.address = address
        self.hints = hints
        deadline = ServiceDeadline(timeout, clock: clock)
        var failure = CollectionFailure.unreachable(socket: "\(address)", reason: "the name has no address")
        for candidate in try SocketAddress.all(of: address) {
            let descriptor = socket(candidate.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Self.unreachable(address, errno, hints) }
            do throws(CollectionFailure) {
                try Self.connect(descriptor, to: candidate, of: address, deadline, hints)
            } catch {
                close(descriptor)
                failure = error
                continue
            }
            self.descriptor = descriptor
            return
        }
        throw failure
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) throws(CollectionFailure) {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws(CollectionFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 && errno == EAGAIN {
                try wait(for: Int16(POLLOUT), "it was asked")
            } else if count < 0 && errno != EINTR {
                throw Self.unreachable(address, errno, hints)
            } else if count > 0 {
                rest = rest.dropFirst(count)
            }
        }
    }

    /// The next line without its end (`\n` or `\r\n`).
    /// - Parameter limit: A longer line is malformed.
    func line(limit: Int = 65_536) throws(CollectionFailure) -> String {
        // Counted from `taken`, since `fill` moves what is left to the front.
        var searched = 0
        while true {
            if let end = buffer[(taken + searched)...].firstIndex(of: 0x0A) {
                let isCarriage = end > taken && buffer[end - 1] == 0x0D
                defer { taken = end + 1 }
                return String(decoding: buffer[taken..<(isCarriage ? end - 1 : end)], as: UTF8.self)
            }
            let pending = buffer.count - taken
            guard pending <= limit else { throw malformed("a line of more than \(limit) bytes") }
            guard try fill() else { throw malformed("the end of the answer in the middle of a line") }
            // What was taken has left the buffer, so positions are others now.
            searched = taken + pending
        }
    }

    /// Exactly so many bytes.
    func bytes(_ count: Int) throws(CollectionFailure) -> [UInt8] {
        while buffer.count - taken < count {
            guard try fill() else { throw malformed("the end of the answer after \(buffer.count - taken) of \(count) bytes") }
        }
        defer { taken += count }
        return Array(buffer[taken..<taken + count])
    }

    /// Everything until the service closes the connection.
    /// - Parameter limit: A longer answer is malformed.
    func bytesToEnd(limit: Int = 16 << 20) throws(CollectionFailure) -> [UInt8] {
        while try fill() {
            guard buffer.count - taken <= limit else { throw malformed("an answer of more than \(limit) bytes") }
        }
        defer { taken = buffer.count }
        return Array(buffer[taken...])
    }

    /// What has arrived, or `nil` once the service has closed the connection.
    func chunk() throws(CollectionFailure) -> ArraySlice<UInt8>? {
        if taken == buffer.count, try !fill() { return nil }
        defer { taken = buffer.count }
        return buffer[taken...]
    }

    func malformed(_ found: String) -> CollectionFailure {
        .malformed(source: "the answer of \(address)", found: found)
    }

    // MARK: - Private

    /// Reads what there is, at least one byte; `false` at the end.
    private func fill() throws(CollectionFailure) -> Bool {
        while true {
            try wait(for: Int16(POLLIN), "its answer was awaited")
            var count = 0
            let read = [UInt8](unsafeUninitializedCapacity: 65_536) { room, initializedCount in
                count = Glibc.read(descriptor, room.baseAddress, room.count)
                initializedCount = max(0, count)
            }
            if count == 0 { return false }
            if count > 0 {
                if taken == buffer.count {
                    // Mostly so, and what was read need not be copied.
                    buffer = read
                } else {
                    buffer.removeFirst(taken)
                    buffer += read
                }
                taken = 0
                return true
            }
            guard errno == EINTR || errno == EAGAIN else { throw Self.unreachable(address, errno, hints) }
        }
    }

    private func wait(for events: Int16, _ what: String) throws(CollectionFailure) {
        try deadline.wait(descriptor, events, "\(address): \(what)")
    }

    private static func connect(
        _ descriptor: Int32, to candidate: SocketAddress, of address: ServiceAddress, _ deadline: ServiceDeadline, _ hints: [Int32: String]
    ) throws(CollectionFailure) {
        if candidate.connect(descriptor) == 0 { return }
        guard errno == EINPROGRESS else { throw unreachable(address, errno, hints) }
        try deadline.wait(descriptor, Int16(POLLOUT), "\(address) was asked for a connection")
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error == 0 else { throw unreachable(address, error, hints) }
    }

    private static func unreachable(_ address: ServiceAddress, _ error: Int32, _ hints: [Int32: String]) -> CollectionFailure {
        let reason =
            switch error {
            case EAGAIN: "too many connections wait there already; the service hangs"
            case ECONNREFUSED: "nobody listens; the service is not running, or its address is another"
            case ENOENT: "there is no such socket; the service is not running, or its path is another"
            case EACCES: "permission denied; let the agent's user be a member of the group that owns the socket"
            default: String(cString: strerror(error))
            }
        return .unreachable(socket: "\(address)", reason: hints[error] ?? reason)
    }
}

extension Clock where Duration == Swift.Duration {
    /// The time since now, whenever it is asked.
    func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: self.now) }
    }
}

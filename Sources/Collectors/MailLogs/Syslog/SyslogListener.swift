import Glibc
import MailLogs
import MailWire
import PostwatchModel

/// Takes lines that are sent by syslog over UDP and TCP, in the forms of RFC 3164 and RFC 5424.
///
/// Memory is bounded by what the system holds for each socket, and by a line of each connection. TCP senders wait when they are faster
/// than this; of UDP, the system drops what it cannot hold, which is counted.
struct SyslogListener {
    private let settings: SyslogSettings
    /// Whether it listens; otherwise somebody else does, and nothing comes.
    private let isListening: Bool
    private let waiting: SyslogArrivals?
    private var sockets: [SyslogSocket] = []
    private var connections: [Int32: SyslogConnection] = [:]
    private var looks: UInt64 = 0
    private var drops = SyslogDrops()
    private var buffer: [UInt8] = []

    init(_ settings: SyslogSettings, isListening: Bool = true) {
        self.settings = settings
        self.isListening = isListening
        waiting = isListening ? SyslogArrivals() : nil
    }

    // MARK: - Private

    private static let readBytes = 1 << 16
    /// What one look takes of one socket before the others have their turn.
    private static let bytesPerTurn = 1 << 18

    private mutating func open() throws(CollectionFailure) {
        guard sockets.isEmpty else { return }
        var opened: [SyslogSocket] = []
        for transport in SyslogSettings.TransportProtocol.allCases where settings.protocols.contains(transport) {
            opened.append(try SyslogSocket(transport, at: settings.address))
        }
        sockets = opened
        waiting?.watch(descriptors)
        drops.begin()
        buffer = [UInt8](repeating: 0, count: SyslogFraming.longestRest + Self.readBytes)
    }

    private var descriptors: [Int32] { sockets.map(\.descriptor.number) + connections.keys }

    private static func noDescriptors(_ settings: SyslogSettings) -> CollectionFailure {
        .unreachable(
            socket: "\(settings.address)", reason: String(cString: strerror(errno)) + "; allow the agent more open files (ulimit -n)")
    }

    private func isAllowed(_ sender: sockaddr_storage) -> Bool {
        if settings.allowFrom.isEmpty { return true }
        var sender = sender
        return withUnsafeBytes(of: &sender) { raw in
            // Where the address stands in sockaddr_in and sockaddr_in6.
            let bytes = Int32(raw.load(as: sa_family_t.self)) == AF_INET ? raw[4..<8] : raw[8..<24]
            guard let address = InternetAddress(bytes: bytes) else { return false }
            return settings.allowFrom.contains { $0.contains(address) }
        }
    }

    // MARK: Datagrams

    private mutating func takeDatagrams(_ socket: SyslogSocket, into account: inout MailLogAccount) -> Int {
        var total = 0
        while total < Self.bytesPerTurn {
            var sender = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutableBytes(of: &sender) { raw in
                raw.withMemoryRebound(to: sockaddr.self) { address in
                    recvfrom(socket.descriptor.number, &buffer, Self.readBytes, 0, address.baseAddress, &length)
                }
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { break }
            total += max(1, count)
            guard isAllowed(sender) else {
                drops.strangers += 1
                continue
            }
            buffer.withUnsafeMutableBytes { all in
                let message = SyslogMessage.cleaned(UnsafeMutableRawBufferPointer(rebasing: all[..<count]))
                account.takeLine(UnsafeRawBufferPointer(message))
            }
        }
        drops.note(ofSystem: socket.droppedDatagrams())
        return total
    }

    // MARK: Connections

    private mutating func acceptConnections(
        _ socket: SyslogSocket, into account: inout MailLogAccount
    ) throws(CollectionFailure) {
        for _ in 0..<64 {
            var sender = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutableBytes(of: &sender) { raw in
                raw.withMemoryRebound(to: sockaddr.self) { address in
                    accept(socket.descriptor.number, address.baseAddress, &length)
                }
            }
            guard let descriptor = OwnedDescriptor(accepted) else {
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { throw Self.noDescriptors(settings) }
                return
            }
            guard isAllowed(sender) else {
                drops.strangers += 1
                continue
            }
            if connections.count >= settings.maxConnections, let silent = connections.min(by: { $0.value.lastHeard < $1.value.lastHeard }) {
                end(silent.key, into: &account)
            }
            _ = fcntl(descriptor.number, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor.number, F_SETFL, O_NONBLOCK)
            connections[descriptor.number] = SyslogConnection(descriptor: descriptor, lastHeard: looks)
        }
    }

    private mutating func takeStream(_ number: Int32, into account: inout MailLogAccount) -> Int {
        // Taken out, so that it is changed in place.
        guard var connection = connections.removeValue(forKey: number) else { return 0 }
        connection.lastHeard = looks
        let cutBefore = connection.framing.cutLines
        var kept = connection.rest.count
        var total = 0
        var isOpen = true
        buffer.withUnsafeMutableBytes { all in
            all.copyBytes(from: connection.rest)
            while total < Self.bytesPerTurn {
                let count = recv(number, all.baseAddress.map { $0 + kept }, Self.readBytes, 0)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    isOpen = count < 0 && errno == EAGAIN
                    break
                }
                total += count
                let bytes = UnsafeMutableRawBufferPointer(rebasing: all[..<(kept + count)])
                let done = connection.framing.take(bytes, into: &account)
                kept = bytes.count - done
                if done > 0 && kept > 0, let base = all.baseAddress { memmove(base, base + done, kept) }
            }
            connection.rest = Array(all[..<kept])
        }
        drops.cutLines += connection.framing.cutLines - cutBefore
        connections[number] = connection
        if !isOpen { end(number, into: &account) }
        return total
    }

    private mutating func end(_ number: Int32, into account: inout MailLogAccount) {
        guard var connection = connections.removeValue(forKey: number) else { return }
        let isWhole = connection.rest.withUnsafeMutableBytes { connection.framing.takeLast($0, into: &account) }
        if !isWhole { drops.unfinished += 1 }
    }
}

extension SyslogListener: LineSource {
    var bookmark: MailLogBookmark? { nil }
    var isRereadable: Bool { false }
    var arrivals: SyslogArrivals? { waiting }

    mutating func advance(
        _ account: inout MailLogAccount, tell: (MailLogNotice) -> Void
    ) throws(CollectionFailure) -> ReadingProgress {
        guard isListening else { return .waits }
        guard let waiting else { throw Self.noDescriptors(settings) }
        try open()
        looks += 1
        // Also when something fails in between.
        defer { waiting.watch(descriptors) }
        var total = 0
        for number in waiting.ready() {
            guard let socket = sockets.first(where: { $0.descriptor.number == number }) else {
                total += takeStream(number, into: &account)
                continue
            }
            switch socket.transport {
            case .udp: total += takeDatagrams(socket, into: &account)
            case .tcp:
                try acceptConnections(socket, into: &account)
                // What they brought along is for the next look.
                total += 1
            }
        }
        return total > 0 ? .took(total) : .waits
    }

    func measurements(at place: LabelSet) -> [Measurement] {
        drops.measurements(at: place) + [
            Measurement(
                "postwatch_mail_log_connections", .gauge, help: "TCP connections that bring lines.",
                points: [Measurement.Point(labels: place, value: Double(connections.count))])
        ]
    }

    mutating func close() {
        sockets = []
        connections = [:]
        waiting?.watch([])
    }
}

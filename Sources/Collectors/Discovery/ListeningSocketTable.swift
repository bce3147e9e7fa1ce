import Glibc

/// The sockets of the machine on which somebody listens, by the number of their inode. Source: proc(5), `/proc/net/tcp`, `/proc/net/unix`.
struct ListeningSocketTable: Hashable, Sendable {
    private(set) var listeners: [UInt64: HostSurvey.Listener] = [:]
    /// Absolute paths.
    private(set) var sockets: [UInt64: String] = [:]

    /// Takes the text of `/proc/net/tcp` or `tcp6`. Lines that are not understood are passed over.
    mutating func addInternet(_ text: String) {
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == Self.listening, let inode = UInt64(fields[9]) else { continue }
            let parts = fields[1].split(separator: ":")
            guard parts.count == 2, let host = Self.host(parts[0]), let port = Int(parts[1], radix: 16) else { continue }
            listeners[inode] = HostSurvey.Listener(host: host, port: port)
        }
    }

    /// Takes the text of `/proc/net/unix`.
    mutating func addLocal(_ text: String) {
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ", maxSplits: 7)
            guard fields.count == 8, let flags = UInt32(fields[3], radix: 16), flags & Self.acceptsConnections != 0,
                let inode = UInt64(fields[6]), fields[7].hasPrefix("/")
            else { continue }
            sockets[inode] = Self.final(fields[7])
        }
    }

    // MARK: - Private

    /// `TCP_LISTEN`
    private static let listening = "0A"
    /// `__SO_ACCEPTCON`
    private static let acceptsConnections: UInt32 = 0x0001_0000

    /// The kernel writes an address as words of 32 bits in the machine's own order of bytes.
    private static func host(_ digits: Substring) -> String? {
        guard digits.utf8.count == 8 || digits.utf8.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            bytes += withUnsafeBytes(of: word) { Array($0) }
            rest = rest.dropFirst(8)
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// HAProxy makes a socket as `<path>.<process>.tmp` and renames it, of which the kernel does not tell.
    private static func final(_ path: Substring) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts.last == "tmp", Int(parts[parts.count - 2]) != nil else { return String(path) }
        return parts.dropLast(2).joined(separator: ".")
    }
}

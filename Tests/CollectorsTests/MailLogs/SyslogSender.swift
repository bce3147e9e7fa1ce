import Foundation
import TestSupport

@testable import Collectors

/// Somebody who sends lines by syslog.
final class SyslogSender {
    struct Failed: Error { let code: Int32 }

    private let descriptor: Int32

    init(_ transport: SyslogSettings.TransportProtocol, to address: ServiceAddress) throws {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        guard let target = try SocketAddress.all(of: address).first, target.connect(descriptor) == 0 else { throw Failed(code: errno) }
    }

    deinit { end() }

    /// All of it, however long the other side takes.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failed(code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// A connection that Postfix took.
    static func line(_ number: Int = 1) -> String {
        "<22>1 2026-01-01T00:00:00Z mx postfix/smtpd 7 - - connect from client\(number).example.com[192.0.2.1]"
    }
}

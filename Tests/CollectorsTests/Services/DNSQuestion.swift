import PostwatchModel

@testable import Collectors

/// One question to a DNS server, over TCP. Source: RFC 1035, section 4.
struct DNSQuestion {
    let name: String
    /// The number of the type of record: 1 is A, 15 MX.
    let type: UInt8

    /// The code of the answer: 0 is NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
    func responseCode(of server: ServiceAddress) throws -> UInt8 {
        let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        let message: [UInt8] = [0x50, 0x57, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + labels + [0, 0, type, 0, 1]
        let connection = try ServiceConnection(server, timeout: .seconds(5), clock: ContinuousClock())
        try connection.send([0, UInt8(message.count)] + message)
        let length = try connection.bytes(2)
        return try connection.bytes(Int(length[0]) << 8 | Int(length[1]))[3] & 0x0F
    }
}

import Foundation
import MailClient
import Synchronization

/// A port of the loopback that takes no more connections and says nothing about it: its queue is full.
final class BlackHole: Sendable {
    struct Unusable: Error {}

    let endpoint: Endpoint
    private let descriptors: Mutex<[Int32]>

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var descriptors = [listener]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 0) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw Unusable() }
        endpoint = Endpoint(host: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port)))
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(filler)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, size) }
            }
        }
        self.descriptors = Mutex(descriptors)
    }

    func close() {
        descriptors.withLock { descriptors in
            for descriptor in descriptors { _ = Foundation.close(descriptor) }
            descriptors = []
        }
    }
}

import Foundation
import TestSupport

@testable import Collectors

/// A server on a unix socket that says the same bytes to everybody and then nothing, until the other side goes away.
final class HostileServer {
    /// The directory of the socket.
    let path: String
    private let service: RealService

    /// - Parameters:
    ///   - name: Of the socket.
    ///   - repeats: How often it says them; without end where that is `nil`.
    init(_ name: String, says bytes: [UInt8], repeats: Int? = 1) async throws {
        let script = """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[1])
            listener.listen()
            while True:
                client, _ = listener.accept()
                try:
                    count = int(sys.argv[3])
                    while count:
                        client.sendall(bytes.fromhex(sys.argv[2]))
                        count -= 1
                    while client.recv(65536): pass
                except OSError: pass
                client.close()
            """
        let hex = bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        service = try RealService("/usr/bin/python3", package: "python3") { directory in
            ["-c", script, "\(directory)/\(name)", hex, "\(repeats ?? -1)"]
        }
        path = service.directory.path
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        // Its file is there before it listens.
        while true {
            do {
                _ = try ServiceConnection(.local(path: "\(path)/\(name)"), timeout: .seconds(1), clock: clock)
                return
            } catch {
                guard clock.now < deadline else { throw error }
            }
            try await clock.sleep(for: .milliseconds(10))
        }
    }
}

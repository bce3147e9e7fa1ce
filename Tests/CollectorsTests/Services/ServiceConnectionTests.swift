import PostwatchModel
import Testing

@testable import Collectors

@Suite("A connection to a service")
struct ServiceConnectionTests {
    /// Sends lines in pieces that do not end where lines end.
    private static let pieces = """
        import socket, sys, time

        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[1])
        listener.listen()
        while True:
            connection, _ = listener.accept()
            for piece in [b"first\\r", b"\\nsecond\\nthi", b"rd", b" line\\n\\nfif", b"th\\n12", b"345end\\nlas"]:
                connection.sendall(piece)
                time.sleep(0.02)
            connection.close()

        """

    @Test("reads lines and bytes wherever the answer is split")
    func splits() async throws {
        let service = try RealService("/usr/bin/python3", package: "python3", files: ["server.py": Self.pieces]) { directory in
            ["\(directory)/server.py", "\(directory)/socket"]
        }
        defer { service.stop() }
        let address = ServiceAddress.local(path: "\(service.directory.path)/socket")
        let connection = try await connect(address)
        for line in ["first", "second", "third line", "", "fifth"] { #expect(try connection.line() == line) }
        #expect(try connection.bytes(5) == Array("12345".utf8))
        #expect(try connection.line() == "end")
        #expect(
            throws: CollectionFailure.malformed(
                source: "the answer of \(address)", found: "the end of the answer in the middle of a line")
        ) {
            try connection.line()
        }
    }

    private func connect(_ address: ServiceAddress) async throws -> ServiceConnection {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while clock.now < deadline {
            if let connection = try? ServiceConnection(address, timeout: .seconds(10), clock: clock) { return connection }
            try await clock.sleep(for: .milliseconds(20))
        }
        return try ServiceConnection(address, timeout: .seconds(10), clock: clock)
    }
}

import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Pages of a service that is none")
struct ExpositionPageCollectorTests {
    /// Answers each path with another kind of nonsense.
    private static let nonsense = """
        import socketserver, time

        def times(piece, count):
            for _ in range(count): yield piece

        def series(thousands):
            for first in range(0, thousands * 1000, 1000):
                yield b"".join(b'dovecot_a{n="%d"} 1\\n' % n for n in range(first, first + 1000))

        def pages(path):
            if path == "/good": return [b"dovecot_a 1\\n"]
            if path == "/large": return times(b"# " + b"x" * 65534 + b"\\n", 1600)
            if path == "/line": return times(b"x" * 65536, 1600)
            if path == "/million": return series(1000)
            if path == "/crowd": return series(50)
            if path == "/garbage": return times(bytes(range(256)) * 4, 100)
            if path == "/stalled": return (time.sleep(20) for _ in range(1))
            if path == "/slow": return (time.sleep(0.1) or b"# x\\n" for _ in range(400))
            return []

        class Answer(socketserver.StreamRequestHandler):
            def handle(self):
                path = self.rfile.readline().split()[1].decode()
                while self.rfile.readline().strip(): pass
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nConnection: close\\r\\n\\r\\n")
                    for piece in pages(path): self.wfile.write(piece)
                except OSError: pass

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        Server(("\(LoopbackNetwork.prefix).99.99", 29901), Answer).serve_forever()

        """

    @Test("are told apart from figures, in time and in little room")
    func hostilePages() async throws {
        let service = try RealService("/usr/bin/python3", package: "python3", files: ["server.py": Self.nonsense]) { directory in
            ["\(directory)/server.py"]
        }
        defer { service.stop() }
        let metrics = try await service.firstAnswer(collector("good"))
        #expect(metrics.values == ["dovecot_up": 1, "dovecot_a": 1])

        let expected = [
            ("large", "found a page of more than 2 MiB"), ("line", "found a page of more than 2 MiB"),
            ("million", "found a page of more than 2 MiB"), ("crowd", "found more than 10000 series"),
            ("garbage", "found no sound page of metrics: line 1"),
            ("empty", "found no metric that begins with dovecot_"), ("slow", "no answer within 2s while"),
            ("stalled", "no answer within 2s while"),
        ]
        for (path, text) in expected {
            let failure = await #expect(throws: CollectionFailure.self, "\(path)") {
                try await collector(path).collect(at: Timestamp(milliseconds: 0))
            }
            #expect(failure?.description.contains(text) == true, "\(path): \(String(describing: failure))")
        }
    }

    // MARK: - Private

    private func collector(_ path: String) -> ExpositionPageCollector<DovecotSettings> {
        ExpositionPageCollector(
            name: "dovecot", settings: DovecotSettings(url: "http://\(LoopbackNetwork.prefix).99.99:29901/\(path)"), timeout: .seconds(2))
    }
}

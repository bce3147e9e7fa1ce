import Hummingbird
import Testing

@testable import HTTPAPI

@Suite("Compression")
struct CompressionTests {
    private static let text = String(repeating: "0123456789abcdef ", count: 20_000)

    private func router(_ body: ResponseBody) -> Router<BasicRequestContext> {
        let router = Router()
        router.group().add(middleware: Compression()).get("/x") { _, _ in Response(status: .ok, body: body) }
        return router
    }

    private func pieces() -> ResponseBody {
        ResponseBody { writer in
            for start in stride(from: 0, to: Self.text.utf8.count, by: 1000) {
                try await writer.write(ByteBuffer(bytes: Self.text.utf8.dropFirst(start).prefix(1000)))
            }
            try await writer.finish(nil)
        }
    }

    @Test("an answer in one piece and one in many come out as they went in")
    func roundTrip() async throws {
        for body in [ResponseBody(byteBuffer: ByteBuffer(string: Self.text)), pieces()] {
            let answer = try await ask("/x", headers: [.acceptEncoding: "deflate, gzip;q=0.5"], of: router(body))
            #expect(answer.headers[.contentEncoding] == "gzip")
            #expect(answer.headers[.vary] == "Accept-Encoding")
            #expect(answer.bytes.count < Self.text.utf8.count / 20)
            #expect(try Gunzip.text(of: answer.bytes) == Self.text)
        }
    }

    @Test(
        "who does not take gzip gets the answer as it is",
        arguments: [nil, "", "identity", "gzip;q=0", "deflate", "br, zstd", "*, gzip; q=0.0", "gzipped"])
    func refused(accepted: String?) async throws {
        var headers: HTTPFields = [:]
        headers[.acceptEncoding] = accepted
        let answer = try await ask("/x", headers: headers, of: router(ResponseBody(byteBuffer: ByteBuffer(string: Self.text))))
        #expect(answer.headers[.contentEncoding] == nil)
        #expect(answer.body == Self.text)
    }

    @Test("gzip may be named in several ways", arguments: ["gzip", "GZIP", "x-gzip", "*", "br;q=1.0, gzip ; q=0.1"])
    func accepted(accepted: String) {
        #expect(AcceptedEncodings(accepted).gzip)
    }

    @Test("small answers are not worth it")
    func small() async throws {
        let answer = try await ask(
            "/x", headers: [.acceptEncoding: "gzip"], of: router(ResponseBody(byteBuffer: ByteBuffer(string: "short"))))
        #expect(answer.headers[.contentEncoding] == nil)
        #expect(answer.body == "short")
    }

    @Test("what does not compress is whole as well", arguments: [0, 1, 63, 64, 65, 100_000])
    func incompressible(count: Int) throws {
        var state: UInt64 = 7
        let bytes = (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let stream = GzipStream()
        let compressed = stream.compress(bytes.prefix(count / 2)) + stream.compress(bytes.dropFirst(count / 2)) + stream.finish()
        #expect(try Gunzip.bytes(of: compressed) == bytes)
    }
}

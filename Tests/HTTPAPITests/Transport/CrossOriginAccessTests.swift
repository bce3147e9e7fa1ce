import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("CrossOriginAccess")
struct CrossOriginAccessTests {
    private func answer(origins: String, from origin: String?, _ method: HTTPRequest.Method = .get) async throws -> Answered {
        let router = Router()
        let group = router.group().add(middleware: CrossOriginAccess(origins: try AnchoredPattern(origins)))
        group.answer("/api/v1/x", [.get]) { _, _ in Response(status: .ok) }
        var headers: HTTPFields = [:]
        headers[.origin] = origin
        return try await ask("/api/v1/x", method, headers: headers, of: router)
    }

    @Test("any origin may read where all may")
    func all() async throws {
        for method in [HTTPRequest.Method.get, .options] {
            let answer = try await answer(origins: ".*", from: "http://page.example", method)
            #expect(answer.status == (method == .get ? .ok : .noContent))
            #expect(answer.headers[.accessControlAllowOrigin] == "*")
            #expect(answer.headers[.accessControlAllowMethods] == "GET, POST, OPTIONS")
            #expect(answer.headers[.accessControlAllowHeaders] == "Accept, Authorization, Content-Type, Origin")
            #expect(answer.headers[.accessControlExposeHeaders] == "Date")
            #expect(answer.headers[.vary] == "Origin")
        }
    }

    @Test("only chosen origins may read where some are chosen")
    func some() async throws {
        let chosen = "https?://(a|b)\\.example"
        let answer = try await answer(origins: chosen, from: "https://a.example")
        #expect(answer.headers[.accessControlAllowOrigin] == "https://a.example")
        for origin in ["https://c.example", "https://a.example.net", "null"] {
            #expect(try await self.answer(origins: chosen, from: origin).headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("who names no origin is no page")
    func none() async throws {
        let answer = try await answer(origins: ".*", from: nil)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary] == nil)
    }
}

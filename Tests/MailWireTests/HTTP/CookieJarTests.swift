import MailWire
import Testing

@Suite struct CookieJarTests {
    /// 2026-01-01.
    private static let now: Int64 = 1_767_225_600

    private func header(_ cookies: [String], from: String = "https://www.example.test/a/b", to: String, later: Int64 = 0) throws -> String?
    {
        var jar = CookieJar()
        let fields = HTTPFields(cookies.map { .init(name: "Set-Cookie", value: $0) })
        jar.take(fields, from: try #require(HTTPURL(from)), at: Self.now)
        return jar.header(for: try #require(HTTPURL(to)), at: Self.now + later)
    }

    @Test(
        "A cookie goes where it belongs and nowhere else",
        arguments: [
            ("s=1", "https://www.example.test/a/c", "s=1"),
            ("s=1", "https://www.example.test/a", "s=1"),
            ("s=1", "https://www.example.test/ab", nil),
            ("s=1", "https://www.example.test/", nil),
            ("s=1; Path=/", "https://www.example.test/", "s=1"),
            ("s=1; Path=/", "http://www.example.test/", "s=1"),
            ("s=1; Path=/; Secure", "http://www.example.test/", nil),
            ("s=1; Path=/", "https://example.test/", nil),
            ("s=1; Path=/; Domain=example.test", "https://other.example.test/", "s=1"),
            ("s=1; Path=/; Domain=.example.test", "https://example.test/", "s=1"),
            ("s=1; Path=/; Domain=test", "https://www.example.test/", nil),
            ("s=1; Path=/; Domain=example.org", "https://www.example.test/", nil),
            ("s=1; Path=/; Domain=ww.example.test", "https://www.example.test/", nil),
            ("s=\"a b\"; path=/; HttpOnly; SameSite=Lax", "https://www.example.test/", "s=\"a b\""),
            (" s = 1 ;path=/", "https://www.example.test/", "s=1"),
            ("=1; path=/", "https://www.example.test/", nil),
            ("nothing", "https://www.example.test/a/b", nil),
            // A mark that combines with a separator hides nothing.
            ("s=1;\u{301}; Secure; Path=/", "http://www.example.test/", nil),
            ("s=1; Path=/;\u{301}Secure", "http://www.example.test/", "s=1"),
            ("s=1;\u{301}x; Domain=example.org", "https://www.example.test/a/b", nil),
            ("s=\u{301}1; Path=/", "https://www.example.test/", "s=\u{301}1"),
            ("s=1; Path=/\u{301}", "https://www.example.test/a/b", nil),
            ("s=1\u{1}; path=/", "https://www.example.test/", nil),
        ] as [(String, String, String?)])
    func places(cookie: String, to: String, sent: String?) throws {
        #expect(try header([cookie], to: to) == sent)
    }

    @Test(
        "A cookie lasts as long as it says",
        arguments: [
            ("Max-Age=10", true), ("Max-Age=0", false), ("Max-Age=-1", false), ("Max-Age=9223372036854775807", true), ("Max-Age=x", true),
            ("Expires=Thu, 01 Jan 2026 00:00:10 GMT", true), ("Expires=Thu, 01-Jan-26 00:00:10 GMT", true),
            ("Expires=Thu Jan  1 00:00:10 2026", true), ("Expires=Thu, 31 Dec 2025 23:59:59 GMT", false),
            ("Expires=Sat, 01 Jan 1994 00:00:00 GMT", false),
            ("Expires=tomorrow", true), ("Expires=Thu, 31 Dec 2025 23:59:59 GMT; Max-Age=10", true),
        ])
    func ends(attributes: String, isThere: Bool) throws {
        let url = "https://www.example.test/a/b"
        #expect(try (header(["s=1; \(attributes)"], to: url) != nil) == isThere)
        if attributes.hasSuffix("10") || attributes.contains(":10") {
            #expect(try header(["s=1; \(attributes)"], to: url, later: 11) == nil)
        }
    }

    @Test("The same cookie is replaced, one that ends is taken away, and longer paths come first")
    func replacing() throws {
        let url = "https://www.example.test/a/b"
        #expect(try header(["s=1", "s=2", "t=3; Path=/", "u=4"], to: url) == "s=2; u=4; t=3")
        #expect(try header(["s=1", "s=; Max-Age=0"], to: url) == nil)
    }

    @Test("A jar has an end, and what is too long is not kept")
    func limits() throws {
        let url = "https://www.example.test/a/b"
        let many = try #require(try header((0..<500).map { "c\($0)=1" }, to: url))
        #expect(many.split(separator: ";").count == 200)
        #expect(many.hasSuffix("c499=1"))
        #expect(try header(["s=" + String(repeating: "a", count: 20_000)], to: url) == nil)
    }

    @Test("An address has no domains above it")
    func addresses() throws {
        #expect(try header(["s=1; Path=/; Domain=0.0.1"], from: "http://127.0.0.1/", to: "http://127.0.0.1/") == nil)
        #expect(try header(["s=1; Path=/; Domain=127.0.0.1"], from: "http://127.0.0.1/", to: "http://127.0.0.1/") == "s=1")
    }
}

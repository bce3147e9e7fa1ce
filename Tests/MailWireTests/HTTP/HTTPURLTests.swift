import MailWire
import Testing

@Suite struct HTTPURLTests {
    @Test(
        "Addresses are read as browsers read them",
        arguments: [
            ("https://Mail.example.test", "https://mail.example.test/"),
            ("HTTP://a:80/b?c#d", "http://a/b?c"),
            ("https://a:8443/b c?d=é", "https://a:8443/b%20c?d=%C3%A9"),
            ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
            ("https://a/b/../c/./d/..", "https://a/c/"),
            ("https://a/../../b", "https://a/b"),
            ("https://a?b", "https://a/?b"),
            ("https://a\\b", "https://a/b"),
        ])
    func reading(text: String, whole: String) {
        #expect(HTTPURL(text)?.description == whole)
    }

    @Test(
        "What is no address of the web is refused",
        arguments: [
            "", "a", "ftp://a/", "https://", "https:///b", "https://a:0/", "https://a:99999/", "https://a:b/", "https://me@a/",
            "https://me:b@a/",
            "https://a b/", "https://[::1/", "https://[x]/", "https://a\r\nb/", "https://é/",
            "https://a/" + String(repeating: "b", count: 9000),
        ])
    func refusing(text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test(
        "Links are resolved as RFC 3986 does",
        arguments: [
            ("?x", "https://a/b/c/d?x"), ("g", "https://a/b/c/g"), ("./g", "https://a/b/c/g"), ("g/", "https://a/b/c/g/"),
            ("/g", "https://a/g"), ("//g", "https://g/"), ("", "https://a/b/c/d?q"), ("#s", "https://a/b/c/d?q"),
            ("g?y#s", "https://a/b/c/g?y"),
            ("..", "https://a/b/"), ("../../../g", "https://a/g"), ("http://h/i", "http://h/i"), ("g?y/../x", "https://a/b/c/g?y/../x"),
        ])
    func resolving(reference: String, whole: String) throws {
        let base = try #require(HTTPURL("https://a/b/c/d?q"))
        #expect(base.resolving(reference)?.description == whole)
    }

    @Test("A mark that combines with a separator does not hide it")
    func combiningMarks() throws {
        let base = try #require(HTTPURL("https://a.test/b"))
        #expect(base.resolving("c#\u{599}d")?.description == "https://a.test/c")
        #expect(base.resolving("/c?\u{301}d")?.description == "https://a.test/c?%CC%81d")
        #expect(HTTPURL("https://a.test/\u{301}c")?.host == "a.test")
    }

    @Test("A link to something else leads nowhere", arguments: ["mailto:a@b", "javascript:void(0)", "https://me:b@a/", "//a b"])
    func elsewhere(reference: String) throws {
        #expect(try #require(HTTPURL("https://a/")).resolving(reference) == nil)
    }

    @Test("Texts in addresses and forms are escaped each in its way")
    func escaping() {
        #expect(PercentEncoding.component("a b&c=d/é~") == "a%20b%26c%3Dd%2F%C3%A9~")
        #expect(PercentEncoding.form([("a b", "c&d"), ("e", "f\ng\r\nh")]) == "a+b=c%26d&e=f%0D%0Ag%0D%0Ah")
    }
}

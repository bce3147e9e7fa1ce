// fuzz: header /usr/include/libxml2
// fuzz: header Sources/CXML2
// fuzz: module MailWire Sources/MailWire/HTTP Sources/MailWire/Lines
// fuzz: link xml2
import MailWire

/// Pages, links and cookies of web servers, which may be anybody's.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "<form action='../a?b' method=post><input name=_token value='x&amp;y'><select name=s><option selected>1</select><textarea name=t>u",
        "<!DOCTYPE html><html><body><p>one<p>two</p><div id='messagebody'>three</div><script>'<p>'</script></body></html>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><table><tr><td>&b;&#x41;<!-- d --><![CDATA[e]]>",
        "//host:8080/a/./b/../c?d=e#f", "s=1; Path=/; Domain=.example.test; Max-Age=10; Secure; Expires=Thu, 01-Jan-26 00:00:10 GMT",
    ].map { Array($0.utf8) }

    private static let everything = try? XPathExpression("//*/@* | //text()")
    private static let forms = try? XPathExpression("//form")

    static func run(_ input: UnsafeRawBufferPointer) {
        let bytes = Array(input)
        let text = String(decoding: bytes, as: UTF8.self)
        guard let base = HTTPURL("https://www.example.test/a/b?c"), let document = HTMLDocument(bytes), let everything, let forms else {
            preconditionFailure("there is always a page")
        }
        precondition(document.texts(at: everything).count <= 1000)
        if let form = document.form(at: forms) { _ = base.resolving(form.action) }
        if let url = base.resolving(text) {
            precondition(url.target.hasPrefix("/") && url.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            precondition(HTTPURL(url.description) == url)
        }
        var jar = CookieJar()
        jar.take(HTTPFields([.init(name: "Set-Cookie", value: text)]), from: base, at: 1_767_225_600)
        if let header = jar.header(for: base, at: 1_767_225_600) {
            precondition(header.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        }
    }
}

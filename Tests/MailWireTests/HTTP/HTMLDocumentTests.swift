import Foundation
import MailWire
import TestSupport
import Testing

@Suite struct HTMLDocumentTests {
    private func page(_ text: String) throws -> HTMLDocument { try #require(HTMLDocument(Array(text.utf8))) }

    @Test(
        "Paths lead into pages, broken ones too",
        arguments: [
            ("<input type=hidden name='_token' value='a&amp;b'>", "//input[@name='_token']/@value", ["a&b"]),
            ("<p>one<p>two", "//p", ["one", "two"]),
            ("<div id=x><b>h\u{e9}</div></b>", "//*[@id='x']", ["h\u{e9}"]),
            ("<p>one</p>", "count(//p)", ["1"]),
            ("<p>one</p>", "string(//p)", ["one"]),
            ("<p>one</p>", "//q", []),
            ("<script>var a = '<p>x</p>'</script><p>y</p>", "//p", ["y"]),
            ("", "//p", []),
            ("no page at all", "//p", ["no page at all"]),
        ] as [(String, String, [String])])
    func paths(text: String, path: String, found: [String]) throws {
        #expect(try page(text).texts(at: XPathExpression(path)) == found)
    }

    @Test("A page in another charset is read in it")
    func charset() throws {
        let document = try #require(HTMLDocument([60, 112, 62, 0xE9], charset: "iso-8859-1"))
        #expect(document.texts(at: try XPathExpression("//p")) == ["é"])
        #expect(HTMLDocument([60, 112, 62, 0xE9], charset: "no such charset") != nil)
    }

    @Test("Whether something is there", arguments: [("//p", true), ("//q", false), ("count(//p) = 2", false), ("count(//p) = 1", true)])
    func presence(path: String, isThere: Bool) throws {
        #expect(try page("<p>one</p>").contains(XPathExpression(path)) == isThere)
    }

    @Test("What is no XPath is refused", arguments: ["", "//", "//p[", "a b", "//p[@x='"])
    func refused(path: String) {
        #expect(throws: XPathExpression.Fault.self) { try XPathExpression(path) }
    }

    @Test("A form is what a browser would send of it")
    func form() throws {
        let form = try page(
            """
            <form id=a action="/login?x" method=post>
            <input name=user value=me><input type=hidden name=_token value=t><input type=password name=pass>
            <input type=checkbox name=c1 checked><input type=checkbox name=c2 value=x>
            <input type=radio name=r value=1><input type=radio name=r value=2 checked>
            <select name=s><option value=1>one<option value=2 selected>two</select><select name=d><option>first<option>second</select>
            <textarea name=t>some text</textarea><input type=submit name=go value=go><input name=off disabled value=1><input value=nameless>
            </form>
            """
        ).form(at: XPathExpression("//form[@id='a']"))
        #expect(form?.action == "/login?x")
        #expect(form?.method == "POST")
        #expect(
            form?.fields.map { "\($0.name)=\($0.value)" } == [
                "user=me", "_token=t", "pass=", "c1=on", "r=2", "s=2", "d=first", "t=some text",
            ])
    }

    @Test("There is no form where there is none", arguments: ["//p", "//form", "1"])
    func noForm(path: String) throws {
        #expect(try page("<p>one</p>").form(at: XPathExpression(path)) == nil)
    }

    @Test("Deep, wide and endless pages end")
    func hostile() throws {
        let deep = try page(String(repeating: "<div>", count: 200_000) + "x")
        #expect(deep.texts(at: try XPathExpression("//div")).count <= 1000)
        let wide = try page(String(repeating: "<p>x</p>", count: 100_000))
        #expect(wide.texts(at: try XPathExpression("//p")).count == 1000)
        // Would look at each pair of a hundred thousand parts.
        #expect(wide.texts(at: try XPathExpression("//p[preceding::p[following::p[. = 'y']]]")).isEmpty)
        let curious = try page("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><p>&b;</p>").texts(at: XPathExpression("//p"))
        #expect(curious.last == "&b;")
    }

    @Test("Any bytes are a page")
    func anyBytes() throws {
        var generator = SeededGenerator(seed: 7)
        let parts = [
            "<", ">", "</", "<form ", "<input name=", "<select>", "<option", "\"", "'", "&", "&#x", "\0", "\u{feff}", "é", "<!--", "-->",
            "<![CDATA[",
        ]
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                if Bool.random(using: &generator) {
                    bytes += parts.randomElement(using: &generator)?.utf8.map(\.self) ?? []
                } else {
                    bytes.append(.random(in: .min ... .max, using: &generator))
                }
            }
            let document = try #require(HTMLDocument(bytes))
            _ = document.texts(at: try XPathExpression("//*/@* | //text()"))
            _ = document.form(at: try XPathExpression("//form"))
        }
    }

    @Test("Broken characters are no reason to write to the program's standard error")
    func complaints() throws {
        let directory = TestDirectory()
        let (kept, file) = (dup(2), open("\(directory.path)/stderr", O_CREAT | O_WRONLY, 0o600))
        try #require(kept >= 0 && file >= 0)
        dup2(file, 2)
        for charset in ["UTF-8", "UTF-16", "EUC-JP"] {
            _ = HTMLDocument(Array("<p>a".utf8) + [0x00, 0xFF, 0xFF, 0x00, 0xD8, 0x00, 0x8E] + Array("</p>".utf8), charset: charset)
        }
        dup2(kept, 2)
        #expect(close(kept) == 0 && close(file) == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/stderr")).isEmpty)
    }
}

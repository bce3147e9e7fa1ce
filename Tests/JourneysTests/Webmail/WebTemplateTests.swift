import PostwatchModel
import Testing

@testable import Journeys

@Suite struct WebTemplateTests {
    private static let values = ["url": "https://a/b/", "name": "x y&\"\\\n", "word": "w"]

    @Test(
        "Variables are put where they stand, each fit for its place",
        arguments: [
            ("{url}?n={name}", WebTemplate.Escaping.address, "https://a/b/?n=x%20y%26%22%5C%0A"),
            ("{name}", .none, "x y&\"\\\n"),
            ("{\"n\": \"{name}\"}", .json, "{\"n\": \"x y&\\\"\\\\\\n\"}"),
            ("{}{ word }{Word}{word", .none, "{}{ word }{Word}{word"),
            ("{{word}}", .none, "{w}"),
            ("{nobody}.", .none, "."),
            ("", .none, ""),
        ])
    func filling(text: String, escaping: WebTemplate.Escaping, filled: String) {
        #expect(WebTemplate(text).filled(with: Self.values, escaping) == filled)
    }

    @Test("In failures only the address is filled in")
    func shown() {
        let template = WebTemplate("{url}?_token={token}")
        #expect(template.shown(url: "https://a/") == "https://a/?_token={token}")
        #expect(template.variables == ["url", "token"])
    }

    @Test(
        "Values are found in JSON",
        arguments: [
            ("/a/0/b", "text"), ("/a/1", "2.5"), ("/a/2", "true"), ("/c~1d~0", "slash"), ("/e", "[1,2]"), ("/f", nil), ("/g", nil),
            ("/a/9", nil),
            ("/a/x", nil), ("/a/0/b/c", nil), ("/h", "1"),
        ] as [(String, String?)])
    func pointers(path: String, found: String?) throws {
        let json = Array(#"{"a": [{"b": "text"}, 2.5, true], "c/d~": "slash", "e": [1, 2], "f": null, "h": 1}"#.utf8)
        #expect(try #require(JSONPointer(path)).text(in: json) == found)
        #expect(JSONPointer("a") == nil)
        #expect(try #require(JSONPointer(path)).text(in: Array("{\"a\": [".utf8)) == nil)
    }

    @Test("Presets are read without a fault", arguments: WebmailPreset.allCases)
    func presets(preset: WebmailPreset) throws {
        let phases = Set(try preset.script().steps.map(\.phase))
        #expect(phases == ["login", "list", "folder", "open", "send", "arrival", "delete", "logout"])
    }
}

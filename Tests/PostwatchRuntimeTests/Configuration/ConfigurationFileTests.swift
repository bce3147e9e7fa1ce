import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite("A configuration file")
struct ConfigurationFileTests {
    @Test("says what is wrong with a path")
    func unreadable() throws {
        let directory = TestDirectory()
        try directory.write([0x61, 0xFF, 0xFE], to: "latin.yml")
        let expected = [
            (directory.path + "/none.yml", "no such file"), (directory.path, "a directory"),
            (directory.path + "/latin.yml", "bytes that are no UTF-8 text"),
        ]
        for (path, found) in expected {
            let faults = #expect(throws: ConfigurationFaults.self) { try ConfigurationFile.load(path) }
            #expect(faults?.faults.map(\.found) == [found])
        }
    }

    @Test("becomes nodes that know their lines")
    func lines() throws {
        let yaml = """
            # a comment

            platform: mail
            nodes:
              - name: mx-1

              - name: mx-2
            empty:
            last: |
              two
              lines
            """
        let node = try ConfigurationFile.parse(yaml, file: "f.yml")
        guard case .mapping(let entries) = node.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["platform", "nodes", "empty", "last"])
        #expect(entries.map(\.line) == [3, 4, 8, 9])
        #expect(node.line == 3)
        #expect(entries[0].value == ConfigurationNode(.scalar("mail"), line: 3))
        guard case .sequence(let nodes) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(nodes.map(\.line) == [5, 7])
        #expect(entries[2].value.content == .null)
        #expect(entries[3].value.content == .scalar("two\nlines"))
    }

    @Test(
        "tells nothing from text",
        arguments: [
            ("", ConfigurationNode.Content.null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null), ("''", .scalar("")),
            ("\"null\"", .scalar("null")), ("'~'", .scalar("~")), ("nul", .scalar("nul")), ("1", .scalar("1")), ("01", .scalar("01")),
            ("true", .scalar("true")), ("1.50", .scalar("1.50")), ("'a: b'", .scalar("a: b")), ("30s", .scalar("30s")),
            ("2026-01-01", .scalar("2026-01-01")),
        ])
    func scalars(text: String, content: ConfigurationNode.Content) throws {
        #expect(try value(of: "key: \(text)") == content)
    }

    @Test("puts what an alias stands for in its place")
    func aliases() throws {
        let yaml = """
            first: &common
              interval: 30s
            second: *common
            """
        let node = try ConfigurationFile.parse(yaml, file: "f.yml")
        guard case .mapping(let entries) = node.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries[0].value == entries[1].value)
    }

    @Test("is empty when it holds only comments, or nothing", arguments: ["", "# nothing\n", "---\n"])
    func empty(yaml: String) throws {
        #expect(try ConfigurationFile.parse(yaml, file: "f.yml").content == .null)
    }

    @Test("is one document, and may begin and end with the marks of one")
    func documents() throws {
        #expect(try value(of: "---\nkey: a\n---\n") == .scalar("a"))
        do throws(ConfigurationFaults) {
            _ = try ConfigurationFile.parse("key: a\n---\nkey: b\n", file: "f.yml")
            Issue.record("no fault was found")
        } catch {
            #expect(error.description == "f.yml:3: found a second document; write one document in each file")
        }
    }

    @Test(
        "says where it is not YAML",
        arguments: [
            ("a: 1\nb: [1, 2\nc: 3\n", 3), ("a: 1\n b: 2\n", 2), ("a: *nowhere\n", 1), ("a: \"x\n", 2), ("b: 2\na: 1\na: 3\n", 2),
            ("a: 1\nb:\n  c: 1\n  c: 2\n", 3), ("\tx: 1", 1),
        ])
    func faults(yaml: String, line: Int) {
        do throws(ConfigurationFaults) {
            _ = try ConfigurationFile.parse(yaml, file: "f.yml")
            Issue.record("no fault was found")
        } catch {
            #expect(error.faults.count == 1)
            #expect(error.faults[0].file == "f.yml")
            #expect(error.faults[0].line == line)
            #expect(!error.faults[0].found.isEmpty)
        }
    }

    @Test("names the key that comes twice")
    func duplicate() {
        #expect(throws: ConfigurationFaults.self) { try ConfigurationFile.parse("a: 1\na: 2\n", file: "f.yml") }
        do throws(ConfigurationFaults) {
            _ = try ConfigurationFile.parse("x:\n  a: 1\n  a: 2\n", file: "f.yml")
        } catch {
            #expect(error.faults[0].found == "the key a more than once")
        }
    }

    @Test("says when it is not there, and reads it when it is")
    func load() throws {
        let path = try temporaryFile("a: 1\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try ConfigurationFile.load(path) == ConfigurationFile.parse("a: 1\n", file: path))
        #expect(throws: ConfigurationFaults.self) { try ConfigurationFile.load(path + ".missing") }
    }

    @Test("gives sections whose faults point into the file")
    func together() throws {
        let node = try ConfigurationFile.parse("journeys:\n  - name: a\n    interval: often\n", file: "postwatch.yml")
        do throws(ConfigurationFaults) {
            try ConfigurationSection.read(node, file: "postwatch.yml") { file in
                _ = file.sections("journeys") { journey in
                    _ = journey.text("name")
                    return journey.duration("interval", default: .zero)
                }
            }
            Issue.record("no fault was found")
        } catch {
            #expect(error.description == "postwatch.yml:3: journeys[0].interval: found \"often\"; write a duration such as 30s")
        }
    }

    private func value(of yaml: String) throws -> ConfigurationNode.Content? {
        guard case .mapping(let entries) = try ConfigurationFile.parse(yaml, file: "f.yml").content else { return nil }
        return entries.first?.value.content
    }
}

/// A new file with `content`; whoever asks for it removes it.
func temporaryFile(_ content: String) throws -> String {
    let path = NSTemporaryDirectory() + "postwatch-\(UUID().uuidString)"
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    return path
}

import PostwatchModel
import Testing

@Suite("A configuration section")
struct ConfigurationSectionTests {
    private enum Colour: String, CaseIterable {
        case red, green
    }

    @Test("reads every kind of value")
    func values() throws {
        let node = mapping(
            (1, "text", scalar(1, "a")), (2, "duration", scalar(2, "1h30m")), (3, "integer", scalar(3, "7")),
            (4, "flag", scalar(4, "true")),
            (5, "choice", scalar(5, "green")), (6, "texts", list(6, scalar(6, "x"), scalar(7, "y"))),
            (8, "map", mapping((9, "k", scalar(9, "v")))), (10, "section", mapping((11, "inner", scalar(11, "i")))),
            (12, "sections", list(12, mapping((13, "n", scalar(13, "1"))), mapping((14, "n", scalar(14, "2"))))))
        try ConfigurationSection.read(node, file: "f.yml") { file in
            #expect(file.text("text") == "a")
            #expect(file.requiredText("text", like: "b") == "a")
            #expect(file.duration("duration", default: .zero) == .seconds(5400))
            #expect(file.integer("integer", default: 0, in: 0...9) == 7)
            #expect(file.flag("flag", default: false))
            #expect(file.choice("choice", of: Colour.self) == .green)
            #expect(file.texts("texts") == ["x", "y"])
            #expect(file.textMap("map") == ["k": "v"])
            #expect(file.section("section") { $0.text("inner") } == "i")
            #expect(file.sections("sections") { $0.text("n") } == ["1", "2"])
            #expect(file.has("text") && !file.has("absent"))
        }
    }

    @Test("goes on with the defaults where a key is absent")
    func defaults() throws {
        try ConfigurationSection.read(ConfigurationNode(.null, line: 1), file: "f.yml") { file in
            #expect(file.text("a") == nil)
            #expect(file.duration("a", default: .seconds(3)) == .seconds(3))
            #expect(file.integer("a", default: 4, in: 0...9) == 4)
            #expect(file.flag("a", default: true))
            #expect(file.choice("a", of: Colour.self) == nil)
            #expect(file.texts("a") == [])
            #expect(file.textMap("a") == [:])
            #expect(file.section("a") { _ in 1 } == nil)
            #expect(file.sections("a") { _ in 1 } == [])
        }
    }

    @Test("gathers every fault of a file at once, with line and path, in the order of the lines")
    func everyFault() {
        let node = mapping(
            (1, "name", scalar(1, "")),
            (2, "interval", scalar(2, "often")),
            (3, "limit", scalar(3, "12")),
            (4, "flag", scalar(4, "yes")),
            (5, "colour", scalar(5, "blue")),
            (6, "names", scalar(6, "x")),
            (7, "journeys", list(7, mapping((8, "timeout", scalar(8, "1ms")), (9, "tiemout", scalar(9, "1s"))), scalar(10, "x"))),
            (11, "labels", mapping((12, "a", list(12)))),
            (13, "colour", scalar(13, "red")),
            (14, "unknown", scalar(14, "1")))
        let faults = faults(in: node) { file in
            _ = file.requiredText("name", like: "mx")
            _ = file.requiredText("missing", like: "mx")
            _ = file.duration("interval", default: .zero)
            _ = file.integer("limit", default: 0, in: 0...9)
            _ = file.flag("flag", default: false)
            _ = file.choice("colour", of: Colour.self)
            _ = file.texts("names")
            _ = file.sections("journeys") { $0.duration("timeout", default: .zero, atLeast: .seconds(1)) }
            _ = file.textMap("labels")
        }
        #expect(
            faults.map { "\($0.line) \($0.path): \($0.found)" } == [
                "1 name: an empty text",
                "1 missing: nothing",
                "2 interval: \"often\"",
                "3 limit: \"12\"",
                "4 flag: \"yes\"",
                "5 colour: \"blue\"",
                "6 names: \"x\"",
                "8 journeys[0].timeout: \"1ms\"",
                "9 journeys[0].tiemout: an unknown key",
                "10 journeys[1]: \"x\"",
                "12 labels.a: a list",
                "13 colour: the key a second time",
                "14 unknown: an unknown key",
            ])
    }

    @Test("says of an unknown key which ones there are")
    func unknownKey() {
        let faults = faults(in: mapping((3, "intervall", scalar(3, "1s")))) { file in
            _ = file.text("name")
            _ = file.duration("interval", default: .zero)
        }
        #expect(faults.map(\.write) == ["one of interval, name"])
        #expect(faults.map(\.description) == ["f.yml:3: intervall: found an unknown key; write one of interval, name"])
    }

    @Test("notes a fault once, however often the key is asked for")
    func once() {
        let faults = faults(in: mapping((1, "a", scalar(1, "x")))) { file in
            _ = file.flag("a", default: false)
            _ = file.flag("a", default: false)
        }
        #expect(faults.count == 1)
    }

    @Test("points a fault of the component's own to the key's line, or to the section's when the key is absent")
    func ownFaults() {
        let faults = faults(in: mapping((1, "s", mapping(at: 2, (3, "a", scalar(3, "x")))))) { file in
            file.section("s") { section in
                _ = section.text("a")
                section.report("a", found: "1", write: "2")
                section.report("b", found: "3", write: "4")
            }
        }
        #expect(faults.map { "\($0.line) \($0.path)" } == ["2 s.b", "3 s.a"])
    }

    @Test("does not read a section that is none", arguments: [false, true])
    func noSection(isList: Bool) {
        let value = isList ? list(4) : scalar(4, "x")
        #expect(faults(in: mapping((4, "s", value))) { _ = $0.section("s") { $0.text("a") } }.map(\.path) == ["s"])
        #expect(faults(in: value) { _ = $0.text("a") }.map(\.line) == [4])
    }

    @Test("shortens what it quotes")
    func excerpts() {
        let node = scalar(1, String(repeating: "x", count: 100))
        #expect(node.excerpt.count == 43)
        #expect(ConfigurationNode(.null, line: 1).excerpt == "nothing")
    }

    // MARK: - Private

    private func faults(in node: ConfigurationNode, _ body: (ConfigurationSection) -> Void) -> [ConfigurationFault] {
        do throws(ConfigurationFaults) {
            try ConfigurationSection.read(node, file: "f.yml", body)
            return []
        } catch {
            return error.faults
        }
    }

    private func scalar(_ line: Int, _ text: String) -> ConfigurationNode {
        ConfigurationNode(.scalar(text), line: line)
    }

    private func list(_ line: Int, _ nodes: ConfigurationNode...) -> ConfigurationNode {
        ConfigurationNode(.sequence(nodes), line: line)
    }

    private func mapping(at line: Int = 1, _ entries: (Int, String, ConfigurationNode)...) -> ConfigurationNode {
        ConfigurationNode(.mapping(entries.map { .init(key: $0.1, line: $0.0, value: $0.2) }), line: line)
    }
}

import Foundation
import PostwatchModel
import TestSupport
import Testing

@Suite("A label set")
struct LabelSetTests {
    @Test("is sorted, without empty values, and of a name given twice keeps the last")
    func normalised() {
        let labels = LabelSet([("b", "2"), ("a", "1"), ("c", ""), ("b", "3")])
        #expect(labels.labels == [.init(name: "a", value: "1"), .init(name: "b", value: "3")])
        #expect(labels == ["b": "3", "a": "1"])
    }

    @Test("can be changed label by label and stays sorted")
    func changes() {
        var labels: LabelSet = ["b": "2"]
        labels["a"] = "1"
        labels["c"] = "3"
        labels["b"] = "4"
        #expect(labels == ["a": "1", "b": "4", "c": "3"])
        labels["b"] = ""
        labels["c"] = nil
        labels["absent"] = nil
        #expect(labels == ["a": "1"])
        #expect(labels["b"] == nil)
    }

    @Test("lays others over its own")
    func merging() {
        #expect((["a": "1", "b": "1"] as LabelSet).merging(["b": "2", "c": "2"]) == ["a": "1", "b": "2", "c": "2"])
        #expect((["a": "1", "b": "1"] as LabelSet).filter { $0 != "a" } == ["b": "1"])
    }

    @Test("is the same however it was put together", arguments: 0..<200)
    func randomPairs(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        func pairs() -> [(String, String)] {
            let values = ["", "", "1", "é", String(repeating: "v", count: 200)]
            return (0..<Int.random(in: 0...8, using: &random)).map { _ in
                (["a", "ab", "b", "__name__", "Z", "ü"].randomElement(using: &random) ?? "", values.randomElement(using: &random) ?? "")
            }
        }
        /// Label by label, by a dictionary.
        func kept(_ pairs: [(String, String)]) -> [String: String] {
            pairs.reduce(into: [:]) { $0[$1.0] = $1.1.isEmpty ? nil : $1.1 }
        }
        let (first, second) = (pairs(), pairs())
        let labels = LabelSet(first)
        #expect(labels.dictionary == kept(first))
        #expect(labels.bytes.withUnsafeBytes { LabelSet(checking: $0) } == labels)

        let others = LabelSet(second)
        #expect(labels.merging(others) == LabelSet(labels.dictionary.merging(others.dictionary) { $1 }.map { ($0, $1) }))

        var changed = labels
        for (name, value) in second { changed[name] = value }
        #expect(changed == LabelSet(first + second))
    }

    @Test(
        "is written as PromQL writes it",
        arguments: [
            (LabelSet(), "{}"), (LabelSet(metric: "up"), "up"), (["a": "1"], "{a=\"1\"}"),
            (LabelSet(metric: "up", ["b": "x\"\\\n", "a": "1"]), "up{a=\"1\", b=\"x\\\"\\\\\\n\"}"),
        ] as [(LabelSet, String)])
    func text(labels: LabelSet, text: String) {
        #expect(labels.description == text)
    }

    @Test("has the fingerprint that Alertmanager gives it")
    func fingerprint() {
        // The values are those of Prometheus' own tests: 14695981039346656037 and 5799056148416392346.
        #expect(LabelSet().fingerprint == String(14_695_981_039_346_656_037 as UInt64, radix: 16))
        let labels: LabelSet = ["name": "garland, briggs", "fear": "love is not enough"]
        #expect(labels.fingerprint == String(5_799_056_148_416_392_346 as UInt64, radix: 16))
        #expect((["ab": "c"] as LabelSet).fingerprint != (["a": "bc"] as LabelSet).fingerprint)
    }

    @Test("writes fingerprints of 16 digits, also when they begin with 0")
    func paddedFingerprint() {
        for number in 0..<200 { #expect((["n": String(number)] as LabelSet).fingerprint.count == 16) }
    }

    @Test("is a plain object in JSON")
    func json() throws {
        let labels = LabelSet(metric: "up", ["a": "1"])
        let data = try JSONEncoder().encode(labels)
        #expect(try JSONDecoder().decode([String: String].self, from: data) == ["__name__": "up", "a": "1"])
        #expect(try JSONDecoder().decode(LabelSet.self, from: data) == labels)
    }
}

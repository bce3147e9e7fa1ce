import PostwatchModel
import Testing

@Suite("Label bytes")
struct LabelBytesTests {
    static let sets: [LabelSet] = [
        LabelSet(), ["__name__": "up"], ["a": "1"], ["Foo": "x", "__name__": "m", "a": "é", "z": "日本"],
        ["__name__": "m", "long": String(repeating: "v", count: 20_000)],
        LabelSet((0..<300).map { ("label_\($0)", "value \($0)") }),
    ]

    @Test("give back the labels they were made of", arguments: sets)
    func roundTrip(labels: LabelSet) {
        #expect(LabelSet(labels.labels.map { ($0.name, $0.value) }) == labels)
        #expect(labels.bytes.withUnsafeBytes { LabelSet(checking: $0) } == labels)
        #expect(labels.bytes.withUnsafeBytes { String(decoding: LabelBytes.metricName(in: $0), as: UTF8.self) } == labels.metricName)
    }

    @Test("are the labels of a remote-write TimeSeries")
    func layout() {
        let expected: [UInt8] =
            [0x0A, 14, 0x0A, 8] + Array("__name__".utf8) + [0x12, 2] + Array("up".utf8)
            + [0x0A, 8, 0x0A, 3] + Array("job".utf8) + [0x12, 1] + Array("n".utf8)
        #expect(LabelSet(metric: "up", ["job": "n"]).bytes == expected)
    }

    static let faulty: [[UInt8]] = [
        Array("no labels".utf8),
        // An empty value, an empty name.
        [0x0A, 5, 0x0A, 1, 0x61, 0x12, 0], [0x0A, 5, 0x0A, 0, 0x12, 1, 0x61],
        // Twice the same name, and two in the wrong order.
        [0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x62, 0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x63],
        [0x0A, 6, 0x0A, 1, 0x62, 0x12, 1, 0x62, 0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x63],
        // A length in two bytes that needs one, and a value that is no UTF-8.
        [0x0A, 7, 0x0A, 0x81, 0, 0x61, 0x12, 1, 0x62], [0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0xFF],
        // Cut off, and with a field that is no label's.
        [0x0A, 6, 0x0A, 1, 0x61, 0x12, 1], [0x0A, 8, 0x0A, 1, 0x61, 0x12, 1, 0x62, 0x18, 1],
    ]

    @Test("that are not canonical are refused", arguments: faulty)
    func refusal(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBytes { LabelSet(checking: $0) } == nil)
    }

    @Test("that are cut off or changed anywhere are refused or are other labels", arguments: sets.prefix(4))
    func damage(labels: LabelSet) {
        let bytes = labels.bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let read = changed.withUnsafeBytes { LabelSet(checking: $0) }
                #expect(read != labels)
            }
        }
    }
}

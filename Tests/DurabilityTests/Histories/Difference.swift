import PostwatchModel

/// Where a store's answer is not what the naive one holds.
struct Difference: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// `nil` when both are the same. Names the first few samples that differ.
    init?(found: NaiveStore.Content, expected: NaiveStore.Content) {
        guard found != expected else { return nil }
        var lines: [String] = []
        for labels in Set(found.keys).union(expected.keys) where found[labels] != expected[labels] {
            let (got, wanted) = (found[labels] ?? [:], expected[labels] ?? [:])
            for time in Set(got.keys).union(wanted.keys).sorted() where got[time] != wanted[time] {
                lines.append("\(labels.description.prefix(80)) @\(time): \(Self.text(got[time])) instead of \(Self.text(wanted[time]))")
            }
        }
        description = lines.prefix(5).joined(separator: "\n") + (lines.count > 5 ? "\nand \(lines.count - 5) more" : "")
    }

    private static func text(_ bits: SampleBits?) -> String {
        bits.map { "\($0)" } ?? "nothing"
    }
}

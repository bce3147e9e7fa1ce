import PostwatchModel
import Testing

@testable import SeriesStore

@Suite("The order of series in a day file")
struct LabelOrderTests {
    @Test("is by metric first, wherever its label stands")
    func order() {
        let ordered: [LabelSet] = [
            ["z": "1"], ["__name__": "a", "z": "1"], ["Alpha": "zz", "__name__": "b"], ["__name__": "b", "a": "1"], ["__name__": "ba"],
        ]
        for (left, right) in zip(ordered, ordered.dropFirst()) {
            #expect(left.isOrdered(before: right))
            #expect(!right.isOrdered(before: left))
        }
    }
}

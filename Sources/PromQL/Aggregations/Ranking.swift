/// The largest or smallest numbers among many, without sorting all of them. NaN is neither large nor small: it comes last.
struct Ranking {
    private struct Entry {
        let number: Int
        let value: Double
    }

    private let limit: Int
    private let isTop: Bool
    /// A heap with the one to go first at its root.
    private var heap: [Entry] = []

    init(limit: Int, isTop: Bool) {
        self.limit = limit
        self.isTop = isTop
    }

    mutating func add(_ number: Int, _ value: Double) {
        let entry = Entry(number: number, value: value)
        if heap.count < limit {
            heap.append(entry)
            rise()
        } else if limit > 0, precedes(entry, heap[0]) {
            heap[0] = entry
            sink()
        }
    }

    /// The numbers of those that stay, best first.
    func inOrder() -> [Int] {
        heap.sorted(by: precedes).map(\.number)
    }

    // MARK: - Private

    private func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if left.value == right.value || (left.value.isNaN && right.value.isNaN) { return left.number < right.number }
        if left.value.isNaN || right.value.isNaN { return right.value.isNaN }
        return isTop ? left.value > right.value : left.value < right.value
    }

    private mutating func rise() {
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard precedes(heap[parent], heap[index]) else { return }
            heap.swapAt(parent, index)
            index = parent
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            var last = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && precedes(heap[last], heap[child]) { last = child }
            if last == index { return }
            heap.swapAt(last, index)
            index = last
        }
    }
}

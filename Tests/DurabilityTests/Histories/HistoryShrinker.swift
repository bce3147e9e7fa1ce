/// Finds a short history that fails too: leaves out operations, then samples, as long as it goes on failing.
struct HistoryShrinker {
    /// How often a history is lived through before what is left is short enough.
    private static let attempts = 600

    private let fails: (History) async -> Bool
    private var attemptsLeft = Self.attempts

    init(fails: @escaping (History) async -> Bool) {
        self.fails = fails
    }

    mutating func shrink(_ history: History) async -> History {
        var operations = await shortest(history.operations) { $0 }
        for index in operations.indices {
            let whole = operations
            guard let samples = whole[index].samples, samples.count > 1 else { continue }
            let kept = await shortest(samples) { part in
                var changed = whole
                changed[index].samples = part
                return changed
            }
            operations[index].samples = kept
        }
        return History(operations)
    }

    // MARK: - Private

    /// Leaves out stretches of `elements`, halves first, single ones last.
    private mutating func shortest<Element>(_ elements: [Element], _ operations: ([Element]) -> [Operation]) async -> [Element] {
        var kept = elements
        var stretch = max(1, kept.count / 2)
        while true {
            var start = 0
            while start < kept.count && attemptsLeft > 0 {
                let candidate = Array(kept[..<start] + kept[min(start + stretch, kept.count)...])
                attemptsLeft -= 1
                if await fails(History(operations(candidate))) { kept = candidate } else { start += stretch }
            }
            if stretch == 1 || attemptsLeft == 0 { return kept }
            stretch /= 2
        }
    }
}

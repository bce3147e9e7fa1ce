/// Moments of which only bounds on their differences are known. Finds for each the earliest and the latest time that agrees with all
/// bounds at once.
///
/// A shortest-path problem: R. Dechter, I. Meiri, J. Pearl, "Temporal constraint networks", 1991. Point 0 is the origin, at time 0.
struct TemporalNetwork {
    /// All times that agree with the bounds lie between these, and the middle of them agrees as well, since the bounds are linear.
    struct Solution {
        let earliest: [Double]
        let latest: [Double]

        /// Halfway between the two; the one that is finite when the other is not.
        func middle(_ point: Int) -> Double {
            let (low, high) = (earliest[point], latest[point])
            if low.isFinite && high.isFinite { return (low + high) / 2 }
            return low.isFinite ? low : high.isFinite ? high : 0
        }
    }

    static let origin = 0

    private struct Arc {
        let from: Int
        let to: Int
        let most: Double
    }

    private var arcs: [Arc] = []
    private(set) var count = 1

    mutating func addPoint() -> Int {
        count += 1
        return count - 1
    }

    /// `later − earlier ≤ most`, in seconds.
    mutating func require(_ later: Int, after earlier: Int, atMost most: Double) {
        arcs.append(Arc(from: earlier, to: later, most: most))
    }

    /// `later − earlier ≥ least`.
    mutating func require(_ later: Int, after earlier: Int, atLeast least: Double) {
        arcs.append(Arc(from: later, to: earlier, most: -least))
    }

    mutating func require(_ later: Int, after earlier: Int, within range: ClosedRange<Double>) {
        require(later, after: earlier, atMost: range.upperBound)
        require(later, after: earlier, atLeast: range.lowerBound)
    }

    /// `nil` when the bounds contradict each other. O(points · bounds).
    func solution() -> Solution? {
        guard let latest = distances(arcs) else { return nil }
        let reversed = arcs.map { Arc(from: $0.to, to: $0.from, most: $0.most) }
        guard let earliest = distances(reversed) else { return nil }
        return Solution(earliest: earliest.map { -$0 }, latest: latest)
    }

    // MARK: - Private

    /// Sums of many tenths and thousandths do not come out even.
    private static let rounding = 1e-7

    /// Bellman and Ford: the length of the shortest way from the origin; `nil` when going round in a circle makes it ever shorter.
    private func distances(_ arcs: [Arc]) -> [Double]? {
        var distances = [Double](repeating: .infinity, count: count)
        distances[Self.origin] = 0
        for _ in 0...count {
            var isChanged = false
            for arc in arcs where distances[arc.from] + arc.most < distances[arc.to] - Self.rounding {
                distances[arc.to] = distances[arc.from] + arc.most
                isChanged = true
            }
            if !isChanged { return distances }
        }
        return nil
    }
}

/// A sum that does not lose small terms beside large ones.
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
struct CompensatedSum {
    private var sum = 0.0
    private var compensation = 0.0

    mutating func add(_ term: Double) {
        let next = sum + term
        if next.isInfinite {
            compensation = 0
        } else if abs(sum) >= abs(term) {
            compensation += (sum - next) + term
        } else {
            compensation += (term - next) + sum
        }
        sum = next
    }

    var value: Double { sum.isInfinite ? sum : sum + compensation }
}

extension Sequence<Double> {
    var compensatedSum: Double {
        var sum = CompensatedSum()
        for value in self { sum.add(value) }
        return sum.value
    }
}

extension Collection<Double> {
    /// Stays finite when the sum would not be.
    var mean: Double {
        let sum = compensatedSum
        guard sum.isInfinite, !contains(where: \.isInfinite) else { return sum / Double(count) }
        var mean = CompensatedSum()
        for value in self { mean.add(value / Double(count)) }
        return mean.value
    }

    /// Mean squared distance from the mean, of the whole population.
    var variance: Double {
        // Welford's recurrence; each term is compensated so that equal values give exactly 0.
        var count = 0.0
        var mean = 0.0
        var squares = 0.0
        for value in self {
            count += 1
            let distance = value - mean
            mean += distance / count
            squares += distance * (value - mean)
        }
        return squares / count
    }

    /// Linear between neighbours; NaN sorts lowest. Below 0 it is −∞, above 1 +∞.
    func quantile(_ quantile: Double) -> Double {
        guard !isEmpty, !quantile.isNaN else { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        let sorted = sorted { $0 < $1 || ($0.isNaN && !$1.isNaN) }
        let rank = quantile * Double(sorted.count - 1)
        let lower = Int(rank.rounded(.down))
        let upper = Swift.min(sorted.count - 1, lower + 1)
        let weight = rank - rank.rounded(.down)
        return sorted[lower] * (1 - weight) + sorted[upper] * weight
    }
}

extension Collection<Double> {
    /// The smallest that is a number; NaN when none is. The collection must not be empty.
    var smallest: Double { reduce(.nan) { $1 < $0 || $0.isNaN ? $1 : $0 } }
    /// The largest that is a number; NaN when none is. The collection must not be empty.
    var largest: Double { reduce(.nan) { $1 > $0 || $0.isNaN ? $1 : $0 } }
}

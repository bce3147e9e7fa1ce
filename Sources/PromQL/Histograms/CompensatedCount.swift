/// A number that grows by many terms, with what rounding took from it.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
struct CompensatedCount: Hashable, Sendable {
    var value: Double
    /// Added to `value` it gives the better sum. 0 while terms are added plainly.
    var residue = 0.0

    var total: Double { value + residue }
    var isZero: Bool { value == 0 && residue == 0 }

    /// Adds with compensation, or as `+=` does.
    mutating func add(_ term: Double, isCompensated: Bool) {
        guard isCompensated else {
            value += term
            return
        }
        let next = value + term
        if next.isInfinite {
            residue = 0
        } else if abs(value) >= abs(term) {
            residue += (value - next) + term
        } else {
            residue += (term - next) + value
        }
        value = next
    }

    mutating func multiply(by factor: Double) {
        value *= factor
        residue *= factor
    }

    mutating func divide(by divisor: Double) {
        value /= divisor
        residue /= divisor
    }
}

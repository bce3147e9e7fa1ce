import PostwatchModel

/// One series of a result: a value, or none, for every step of the grid.
struct Row: Hashable, Sendable {
    /// Stands for "no value here". The stale marker can do so since no evaluation ever yields it: stale samples are dropped when they are
    /// read, and arithmetic turns the signalling NaN into a quiet one. Compare with `isAbsent`, never with `==`.
    static let absent = Sample.staleMarker

    var labels: LabelSet
    var values: [Double]

    var isEmpty: Bool { values.allSatisfy(\.isAbsent) }
}

extension Double {
    /// Whether this place of a `Row` holds no value.
    var isAbsent: Bool { Sample.isStaleMarker(self) }
}

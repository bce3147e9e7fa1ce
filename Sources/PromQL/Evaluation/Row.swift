import PostwatchModel

/// One series of a result: a value, a native histogram, or nothing, for every step of the grid.
struct Row: Sendable {
    /// Stands for "no value here". The stale marker can do so since no evaluation ever yields it: stale samples are dropped when they are
    /// read, and arithmetic turns the signalling NaN into a quiet one. Compare with `isAbsent`, never with `==`.
    static let absent = Sample.staleMarker

    var labels: LabelSet
    var values: [Double]
    /// Empty as long as there is none; else one place per step. Where a histogram stands there is no value.
    var histograms: [NativeHistogram?] = []
    /// The metric's name is to be taken away at the end of the query.
    var losesName = false

    init(labels: LabelSet, values: [Double]) {
        self.labels = labels
        self.values = values
    }

    /// A row without anything.
    init(labels: LabelSet = LabelSet(), steps: Int) {
        self.labels = labels
        values = Array(repeating: Self.absent, count: steps)
    }

    var hasHistograms: Bool { !histograms.isEmpty }

    func isPresent(_ step: Int) -> Bool {
        !values[step].isAbsent || (hasHistograms && histograms[step] != nil)
    }

    var isEmpty: Bool {
        values.allSatisfy(\.isAbsent) && histograms.allSatisfy { $0 == nil }
    }

    func histogram(_ step: Int) -> NativeHistogram? {
        hasHistograms ? histograms[step] : nil
    }

    func element(_ step: Int) -> Element? {
        if !values[step].isAbsent { return .number(values[step]) }
        return histogram(step).map(Element.histogram)
    }

    mutating func set(_ histogram: NativeHistogram, _ step: Int) {
        if histograms.isEmpty { histograms = Array(repeating: nil, count: values.count) }
        histograms[step] = histogram
        values[step] = Self.absent
    }

    mutating func set(_ element: Element?, _ step: Int) {
        switch element {
        case .number(let value)?:
            values[step] = value
            if hasHistograms { histograms[step] = nil }
        case .histogram(let histogram)?: set(histogram, step)
        case nil: clear(step)
        }
    }

    mutating func clear(_ step: Int) {
        values[step] = Self.absent
        if hasHistograms { histograms[step] = nil }
    }

    /// Makes it the row of another series, without anything; keeps its memory.
    mutating func reset(_ labels: LabelSet) {
        self.labels = labels
        losesName = false
        if hasHistograms { histograms.removeAll(keepingCapacity: true) }
        values.withUnsafeMutableBufferPointer { $0.update(repeating: Self.absent) }
    }
}

/// What stands at one step.
enum Element: Sendable {
    case number(Double)
    case histogram(NativeHistogram)
}

extension Double {
    /// Whether this place of a `Row` holds no value.
    var isAbsent: Bool { Sample.isStaleMarker(self) }
}

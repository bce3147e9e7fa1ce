import PostwatchModel

/// Functions that compare each sample of a window with the one before.
extension Function {
    static let pairs: [Function] = [
        pairs("changes") { !$0.isSame(as: $1) },
        pairs("resets") { $1.isReset(after: $0) },
    ]

    /// How often `isCounted` holds for a sample and the next one, whatever they are.
    private static func pairs(_ name: String, _ isCounted: @escaping @Sendable (Element, Element) -> Bool) -> Function {
        Function(
            name: name,
            work: .overSeries { series, _, row in
                let isAnchored = series.frame.boundary == .anchored
                series.forEach { step, window in
                    var count = 0
                    var previous: Element?
                    if isAnchored, !window.isMeasuredInside { return }
                    window.forEachElement(isAnchored: isAnchored) { element in
                        if let previous, isCounted(previous, element) { count += 1 }
                        previous = element
                    }
                    row.values[step] = Double(count)
                }
            })
    }
}

extension Window {
    /// Whether there is a sample behind the start.
    fileprivate var isMeasuredInside: Bool {
        (timestamps.last ?? .min) > start || (histograms.last?.timestamp ?? .min) > start
    }

    /// Numbers and histograms together, in the order of time; when anchored, from the last one at or before the start.
    fileprivate func forEachElement(isAnchored: Bool, _ body: (Element) -> Void) {
        var (first, histogram) = (0, 0)
        if isAnchored {
            first = timestamps.firstIndex { $0 > start } ?? count
            histogram = histograms.firstIndex { $0.timestamp > start } ?? histograms.count
            let time = first > 0 ? timestamps[first - 1] : .min
            let histogramTime = histogram > 0 ? histograms[histogram - 1].timestamp : .min
            if first > 0, time >= histogramTime { first -= 1 } else if histogram > 0 { histogram -= 1 }
        }
        for index in first..<count {
            while histogram < histograms.count, histograms[histogram].timestamp < timestamps[index] {
                body(.histogram(histograms[histogram].histogram))
                histogram += 1
            }
            body(.number(values[index]))
        }
        for point in histograms[histogram...] { body(.histogram(point.histogram)) }
    }
}

extension Element {
    fileprivate func isSame(as other: Element) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left == right || (left.isNaN && right.isNaN)
        case (.histogram(let left), .histogram(let right)): left.isSame(as: right)
        case (.number, .histogram), (.histogram, .number): false
        }
    }

    fileprivate func isReset(after previous: Element) -> Bool {
        switch (previous, self) {
        case (.number(let previous), .number(let current)): current < previous
        case (.histogram(let previous), .histogram(let current)): current.isReset(after: previous)
        // Something else is counted from now on.
        case (.number, .histogram), (.histogram, .number): true
        }
    }
}

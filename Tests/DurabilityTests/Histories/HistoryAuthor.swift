import PostwatchModel
import TestSupport

/// Writes a history. Knows what it has written so far, so that samples meet: the same ones again, others at their times.
struct HistoryAuthor {
    private static let day: Int64 = 86_400_000
    /// The edges of days far from today: 1970, before it, a leap day, the first day that a store takes, and one that is too far ahead.
    private static let distantEdges: [Int64] = [0, -86_400_000, 951_868_800_000, -62_167_219_200_000, 1_800_057_600_000]
    /// How far ahead of the clock samples may be.
    private static let tolerance: Int64 = 600_000

    private var random: SeededGenerator
    private var now = History.start
    private let series: [LabelSet]
    private let distantEdge: Int64
    private var newest: [LabelSet: Int64] = [:]
    private var written: [Sample] = []
    private var histograms: HistogramAuthor
    /// Of ten samples of a series, how many are native histograms.
    private let histogramShare: [LabelSet: Int]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        series = Array(OddLabels.all.shuffled(using: &random).prefix(Int.random(in: 2...8, using: &random)))
        distantEdge = Self.distantEdges.randomElement(using: &random) ?? 0
        histograms = HistogramAuthor(seed: seed)
        var share: [LabelSet: Int] = [:]
        for labels in series { share[labels] = [0, 0, 1, 9].randomElement(using: &random) }
        histogramShare = share
    }

    mutating func operations() -> [Operation] {
        (0..<Int.random(in: 60...100, using: &random)).map { _ in operation() }
    }

    // MARK: - Private

    private mutating func operation() -> Operation {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<53: return .append(samples())
        case 53..<58: return .flush
        case 58..<62: return .appendDuringFlush(samples())
        case 62..<67:
            let seconds = Int64.random(in: 1...(Bool.random(using: &random) ? 900 : 12_000), using: &random)
            now += seconds * 1000
            return .advance(seconds)
        case 67..<70: return .reopen
        case 70..<73: return .crash
        case 73..<77: return .delete(selection())
        case 77..<80: return .merge
        case 80: return .compact
        default: return .select(selection())
        }
    }

    private mutating func samples() -> [Sample] {
        // Long runs of one series fill whole chunks.
        if Int.random(in: 0..<100, using: &random) == 0 { return run(of: oneSeries(), count: Int.random(in: 100...1200, using: &random)) }
        return (0..<Int.random(in: 1...12, using: &random)).map { _ in
            let sample = sample()
            written.append(sample)
            return sample
        }
    }

    private mutating func sample() -> Sample {
        let labels = oneSeries()
        if let earlier = written.randomElement(using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return earlier
            case 1: return sample(of: earlier.labels, at: earlier.timestamp)
            default: break
            }
        }
        return sample(of: labels, at: Timestamp(milliseconds: time(for: labels)))
    }

    private mutating func sample(of labels: LabelSet, at time: Timestamp) -> Sample {
        Int.random(in: 0..<10, using: &random) < histogramShare[labels] ?? 0
            ? Sample(labels: labels, timestamp: time, histogram: histograms.next())
            : Sample(labels: labels, timestamp: time, value: value())
    }

    private mutating func time(for labels: LabelSet) -> Int64 {
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<24:
            let next = min(max((newest[labels] ?? 0) + 15_000, now - 120_000), now + Self.tolerance)
            newest[labels] = next
            return next
        // A coarse grid, so that times meet.
        case 24..<34: return (now - Int64.random(in: -60_000...900_000, using: &random)) / 30_000 * 30_000
        case 34..<37: return (now - Int64.random(in: 0...(30 * 3_600_000), using: &random)) / 600_000 * 600_000
        // Around midnight.
        case 37..<39: return now / Self.day * Self.day - Int64.random(in: 0...1, using: &random) * Self.day + nudge()
        default: return min(max(distantEdge + nudge(), -62_167_219_200_000), 253_402_300_799_999)
        }
    }

    private mutating func nudge() -> Int64 {
        [-1000, -1, 0, 1, 2, 15_000].randomElement(using: &random) ?? 0
    }

    /// Like a counter or a gauge on its beat, from where the series is now.
    private mutating func run(of labels: LabelSet, count: Int) -> [Sample] {
        let start = min(max(newest[labels] ?? 0, now - 7_200_000), now + Self.tolerance - Int64(count) * 1000)
        let hasHistograms = histogramShare[labels] == 9
        let isCounter = Bool.random(using: &random)
        newest[labels] = start + Int64(count) * 1000
        return (1...count).map { index in
            let time = Timestamp(milliseconds: start + Int64(index) * 1000)
            if hasHistograms { return Sample(labels: labels, timestamp: time, histogram: histograms.next()) }
            let value = isCounter ? Double(index * 7) : Double(Int.random(in: 0..<1000, using: &random)) / 8
            return Sample(labels: labels, timestamp: time, value: value)
        }
    }

    private mutating func value() -> Double {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: OddValues.all.randomElement(using: &random) ?? 0
        case 1: Double(Int.random(in: -50..<50, using: &random)) / 8
        case 2: Double(Int.random(in: 0..<1_000_000, using: &random))
        default: Double(bitPattern: random.next())
        }
    }

    private mutating func oneSeries() -> LabelSet {
        series.randomElement(using: &random) ?? LabelSet(metric: "m")
    }

    private mutating func selection() -> Selection {
        let matchers = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
            OddLabels.conditions.randomElement(using: &random).flatMap { try? LabelMatcher($0.name, $0.operation, $0.value) }
        }
        let edges: [Int64] = [.min, .max, distantEdge, now, now - 7_200_000, now / Self.day * Self.day, now / Self.day * Self.day - 1]
        let known = written.randomElement(using: &random)?.timestamp.milliseconds ?? now
        let starts = [edges.randomElement(using: &random) ?? now, known, now - Int64.random(in: 0...200_000_000, using: &random)]
        let start = starts.randomElement(using: &random) ?? now
        let reach: Int64 = [0, 1, 60_000, 200_000_000].randomElement(using: &random) ?? 0
        let isOpen = Bool.random(using: &random)
        let (end, overflows) = start.addingReportingOverflow(Int64.random(in: 0...reach, using: &random))
        return Selection(matchers: matchers, from: start, through: isOpen || overflows ? .max : end)
    }
}

import PostwatchModel

/// Many runs of one journey summed up: how many failed and why, and how long each phase took.
///
///     1000 runs, 2 failed, 812.4 per second
///                      p50        p95        p99
///     imap auth      1.2 ms     3.4 ms     9.8 ms
public struct RunTally: Sendable, CustomStringConvertible {
    /// Different reasons that are told; a journey that fails in a thousand ways is told by the first of them.
    private static let reasonLimit = 5

    public private(set) var count = 0
    public private(set) var failureCount = 0
    private var reasons: [String: Int] = [:]
    /// In the order in which they first came.
    private var phases: [String] = []
    private var seconds: [String: [Float]] = [:]

    public init() {}

    public mutating func add(_ run: JourneyRun) {
        count += 1
        if let failure = run.failure {
            failureCount += 1
            if reasons.count < Self.reasonLimit || reasons[failure] != nil { reasons[failure, default: 0] += 1 }
        }
        for step in run.steps { note("\(step.wire) \(step.phase)", step.duration) }
        note(Self.total, run.duration)
    }

    /// The lines without a final line end.
    public var description: String { lines(over: nil).joined(separator: "\n") }

    /// - Parameter elapsed: how long all runs took together, for the rate; `nil` leaves it out.
    public func lines(over elapsed: Duration?) -> [String] {
        let rate = elapsed.map { $0 > .zero ? ", \(Self.tenths(Double(count) / $0.seconds)) per second" : "" } ?? ""
        let width = phases.map(\.count).max() ?? 0
        let head = "\(count) runs, \(failureCount) failed\(rate)"
        let columns = Self.padded("", width) + ["p50", "p95", "p99"].map { Self.leftPadded($0) }.joined()
        let rows = (phases.filter { $0 != Self.total } + phases.filter { $0 == Self.total }).map { phase in
            let sorted = (seconds[phase] ?? []).sorted()
            return Self.padded(phase, width) + [0.5, 0.95, 0.99].map { Self.leftPadded(Self.milliseconds(sorted, $0)) }.joined()
        }
        let failures = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "✗ \($0.value) × \($0.key)" }
        return [head, columns] + rows + failures
    }

    // MARK: - Private

    private static let total = "total"

    private mutating func note(_ phase: String, _ duration: Duration) {
        if seconds[phase] == nil { phases.append(phase) }
        seconds[phase, default: []].append(Float(duration.seconds))
    }

    /// The nearest rank.
    private static func milliseconds(_ sorted: [Float], _ quantile: Double) -> String {
        guard !sorted.isEmpty else { return "–" }
        let rank = Int((quantile * Double(sorted.count)).rounded(.up))
        return "\(tenths(Double(sorted[min(max(rank, 1), sorted.count) - 1]) * 1000)) ms"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func leftPadded(_ text: String) -> String {
        String(repeating: " ", count: max(1, 12 - text.count)) + text
    }
}

import PostwatchModel

/// A journey's run drawn as text: one line per step, its bar placed by when the step began and as long as it took.
///
///     imap resolve  ▐▌                     12.4 ms
///     imap connect   ▐█████▌              130.1 ms
///
/// Steps that failed are marked with ✗ and their failure stands below. No colours.
public struct Waterfall: Hashable, Sendable, CustomStringConvertible {
    private let run: JourneyRun
    private let barWidth: Int

    /// `width` is that of a whole line in characters; bars get what names and times leave over, at least 10.
    public init(_ run: JourneyRun, width: Int = 80) {
        self.run = run
        let fixed = Self.nameWidth(of: run) + Self.timeWidth + 4
        barWidth = max(10, width - fixed)
    }

    /// The lines without a final line end.
    public var description: String { lines.joined(separator: "\n") }

    /// Head, one line per step, then how the run ended.
    public var lines: [String] {
        let head = "\(run.journey) (\(run.kind)) from \(run.vantage) at \(run.startedAt.rfc3339)"
        let verdict = run.failure.map { "✗ \($0)" } ?? "✓ \(Self.milliseconds(run.duration))"
        return [head] + run.steps.map(line) + [verdict]
    }

    // MARK: - Private

    private static let timeWidth = 12

    private static func nameWidth(of run: JourneyRun) -> Int {
        run.steps.map { $0.wire.count + $0.phase.count + 1 }.max() ?? 0
    }

    private func line(_ step: JourneyRun.Step) -> String {
        let name = "\(step.wire) \(step.phase)"
        let padding = String(repeating: " ", count: max(0, Self.nameWidth(of: run) - name.count))
        let time = Self.milliseconds(step.duration)
        let timePadding = String(repeating: " ", count: max(0, Self.timeWidth - time.count))
        return "\(step.failure == nil ? " " : "✗") \(name)\(padding) \(bar(step)) \(timePadding)\(time)"
    }

    /// At least one block, so that a short step can be seen.
    private func bar(_ step: JourneyRun.Step) -> String {
        let total = max(run.duration.seconds, .leastNonzeroMagnitude)
        let start = position(step.offset.seconds / total)
        let end = position((step.offset + step.duration).seconds / total)
        let first = min(start, barWidth - 1)
        let count = max(1, min(end, barWidth) - first)
        return String(repeating: " ", count: first) + String(repeating: "█", count: count)
            + String(repeating: " ", count: barWidth - first - count)
    }

    private func position(_ fraction: Double) -> Int {
        guard fraction.isFinite else { return 0 }
        return Int((min(max(fraction, 0), 1) * Double(barWidth)).rounded())
    }

    /// `1234.5 ms`.
    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int64((duration.seconds * 10_000).rounded())
        return "\(tenths / 10).\(abs(tenths % 10)) ms"
    }
}

import PostwatchModel

/// A journey with the timings of its last run, and a strip of the runs before.
struct JourneyCard {
    struct Step {
        let phase: String
        let label: String
        let milliseconds: String
        /// Percent of the whole run.
        let left: String
        let width: String
        let colour: String
    }

    struct Bar {
        let x: String
        let y: String
        let width: String
        let height: String
        let health: String
    }

    let name: String
    let kind: String
    let vantage: String?
    let path: String?
    let health: String
    let total: String
    let failure: String?
    let steps: [Step]
    let spark: [Bar]

    init(_ journey: Overview.Journey) {
        name = journey.name
        kind = journey.kind
        vantage = journey.vantage
        path = journey.path.isEmpty ? nil : journey.path.joined(separator: " → ")
        health = journey.lastRun.map { $0.isSuccess ? "up" : "down" } ?? "unknown"
        total = journey.lastRun.map { $0.duration.millisecondsText } ?? "not run yet"
        failure = journey.lastRun?.failure
        steps = journey.lastRun.map(Self.steps) ?? []
        spark = Self.bars(journey.recent)
    }

    // MARK: - Private

    private static let colours = 6

    private static func steps(of run: JourneyRun) -> [Step] {
        let whole = max(run.duration.seconds, 0.000_001)
        return run.steps.enumerated().map { index, step in
            Step(
                phase: step.phase, label: "\(step.wire) \(step.phase): \(step.duration.millisecondsText)",
                milliseconds: step.duration.millisecondsText,
                left: percent(step.offset.seconds / whole), width: percent(step.duration.seconds / whole),
                colour: step.failure == nil ? "c\(index % colours)" : "bad")
        }
    }

    /// Bars as tall as each run was slow, in a picture of 120 × 20; a run that failed takes the full height.
    private static func bars(_ recent: [Double?]) -> [Bar] {
        let slowest = recent.compactMap { $0 }.max() ?? 1
        let width = 120 / Double(max(recent.count, 30))
        return recent.enumerated().map { index, seconds in
            let height = seconds.map { max(1, 20 * $0 / max(slowest, 0.000_001)) } ?? 20
            return Bar(
                x: decimal(Double(index) * width), y: decimal(20 - height), width: decimal(width * 0.8), height: decimal(height),
                health: seconds == nil ? "down" : "up")
        }
    }

    private static func percent(_ share: Double) -> String { decimal(min(1, max(0, share)) * 100) }

    private static func decimal(_ number: Double) -> String { String((number * 100).rounded() / 100) }
}

import PostwatchModel
import PostwatchRuntime
import Triage

/// Gathers what journeys say about the platform: those that the server runs, whether they have run yet or not, and those of other vantages.
struct JourneyWitnesses: Sendable {
    let plan: JourneyPlan
    let board: JourneyBoard
    let world: World

    /// Labels of a run that are no places on the axes of a matrix.
    private static let notTraits: Set<String> = ["matrix", "server", "exchanger", "component", "instance"]

    func evidence() -> [JourneyEvidence] {
        let now = world.now()
        let reported = board.all().filter { $0.isCurrent(at: now) }.map(\.report)
        let known = Set(reported.lazy.filter { $0.run.vantage == Vantage.local }.map(\.run.journey))
        let waiting = plan.entries.filter { !known.contains($0.configuration.name) }.map { entry in
            JourneyEvidence(
                journey: entry.configuration.name, matrix: entry.labels["matrix"], path: entry.configuration.path,
                traits: Self.traits(of: entry.labels))
        }
        return waiting + reported.map(Self.evidence)
    }

    // MARK: - Private

    private static func evidence(_ report: JourneyReport) -> JourneyEvidence {
        JourneyEvidence(
            journey: report.run.journey, vantage: report.run.vantage, matrix: report.run.labels["matrix"], path: report.path,
            traits: traits(of: report.run.labels), lastStartedAt: report.run.startedAt, failingSince: report.failingSince,
            isConfirmed: report.state != .suspect)
    }

    private static func traits(of labels: LabelSet) -> [String: String] {
        labels.isEmpty ? [:] : labels.dictionary.filter { !notTraits.contains($0.key) }
    }
}

import Hummingbird
import PostwatchModel

/// The last run of every journey from every vantage: `GET /api/v1/journeys`, of some with `journey[]` and `vantage[]`. Postwatch's own.
public struct JourneyRoutes: Sendable {
    private let journeys: any JourneyShowing

    public init(journeys: any JourneyShowing) {
        self.journeys = journeys
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/journeys", [.get]) { parameters, _ in
            let names = Set(parameters.all("journey[]"))
            let vantages = Set(parameters.all("vantage[]"))
            let wanted = journeys.lastReports().filter { report in
                (names.isEmpty || names.contains(report.run.journey)) && (vantages.isEmpty || vantages.contains(report.run.vantage))
            }
            return try .prometheus(wanted.map(JourneyReportDocument.init))
        }
    }
}

/// A run as the API shows it: moments in RFC 3339, durations in seconds.
struct JourneyReportDocument: Encodable {
    struct Step: Encodable {
        let wire: String
        let phase: String
        let offsetSeconds: Double
        let durationSeconds: Double
        let failure: String?
    }

    let journey: String
    let kind: String
    let vantage: String
    let path: [String]
    let intervalSeconds: Double
    let success: Bool
    let failure: String?
    /// The message that the run sent, by which `GET /api/v1/probes/{id}` tells where it was.
    let message: String?
    let startedAt: String
    let durationSeconds: Double
    let steps: [Step]

    init(_ report: JourneyReport) {
        let run = report.run
        journey = run.journey
        kind = run.kind
        vantage = run.vantage
        path = report.path
        intervalSeconds = report.interval.seconds
        success = run.isSuccess
        failure = run.failure
        message = run.passage?.probe
        startedAt = run.startedAt.rfc3339
        durationSeconds = run.duration.seconds
        steps = run.steps.map { step in
            Step(
                wire: step.wire, phase: step.phase, offsetSeconds: step.offset.seconds, durationSeconds: step.duration.seconds,
                failure: step.failure)
        }
    }
}

import HTTPAPI
import Hummingbird
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import WebUI

/// Everything that the server answers over HTTP, from when its services have started until they end.
struct WebFace: Service {
    let switchboard: Switchboard
    let prometheus: PrometheusFace
    let incidents: any IncidentStoring
    let overviews: any OverviewReading
    let coverage: any CoverageReading
    let rules: RuleBoard
    let journeys: any JourneyShowing
    let custody: any CustodyShowing
    let reports: any ReportReceiving
    let readiness: @Sendable () async -> Readiness
    let metrics: @Sendable () async -> String
    let world: World

    /// Answers until the services end; requests that have come by then are answered before that.
    func run() async throws {
        let responder = try router().buildResponder()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends by being cancelled.
                try? await prometheus.watchRequests()
            }
            defer { group.cancelAll() }
            // Cancelled instead, it ends as well.
            await switchboard.serve(responder) { try? await gracefulShutdown() }
        }
    }

    // MARK: - Private

    private func router() throws -> Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        prometheus.add(to: router)
        router.add(middleware: WorkerThreads())
        IncidentRoutes(incidents: incidents).add(to: router)
        CoverageRoutes(coverage: coverage).add(to: router)
        RuleExplanationRoutes(rules: rules, findings: { rules.findings().findings.map(RuleFindingReport.init) }).add(to: router)
        JourneyRoutes(journeys: journeys).add(to: router)
        ProbeRoutes(custody: custody).add(to: router)
        ReportRoute(receiver: reports).add(to: router)
        HealthRoutes(readiness: readiness, metrics: metrics).add(to: router)
        try WebPages(
            overviews: overviews, incidents: incidents, rules: rules, remarks: { RuleRemarks(of: rules) }, world: world
        ).add(to: router)
        return router
    }
}

import HTTPAPI
import Hummingbird
import Logging
import PostwatchModel
import PostwatchRuntime
import PromQL
import ServiceLifecycle
import WebUI

/// Everything that the server answers over HTTP.
struct WebFace: Sendable {
    let engine: QueryEngine
    let receiver: any RemoteWriteReceiving
    let metadata: any MetadataQuerying
    let incidents: any IncidentStoring
    let overviews: any OverviewReading
    let administration: any SeriesAdministering
    /// Whether anybody who reaches the server may delete series and make snapshots.
    let isAdministrationEnabled: Bool
    let readiness: @Sendable () async -> Readiness
    let metrics: @Sendable () async -> String
    let world: World

    func application(listen: ListenAddress, logger: Logger) throws -> some Service {
        var quiet = logger
        // One line for each request would drown what an operator looks for.
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            router: try router(),
            configuration: ApplicationConfiguration(address: .hostname(listen.host, port: listen.port), serverName: "postwatch"),
            onServerRunning: { channel in
                let address = channel.localAddress.flatMap { address in address.port.map { "\(listen.host):\($0)" } } ?? "\(listen)"
                logger.info("The server listens", metadata: ["url": "http://\(address)/"])
            }, logger: quiet)
    }

    // MARK: - Private

    private func router() throws -> Router<BasicRequestContext> {
        let router = Router()
        QueryRoutes(engine: engine, world: world, version: PostwatchVersion.current).add(to: router)
        RemoteWriteRoute(receiver: receiver).add(to: router)
        StorageRoutes(administration: administration, isAdministrationEnabled: isAdministrationEnabled).add(to: router)
        MetadataRoute(metadata: metadata).add(to: router)
        IncidentRoutes(incidents: incidents).add(to: router)
        HealthRoutes(readiness: readiness, metrics: metrics).add(to: router)
        try WebPages(overviews: overviews, incidents: incidents, world: world).add(to: router)
        return router
    }
}

import HTTPAPI
import Hummingbird
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import WebUI

/// Everything that the server answers over HTTP.
struct WebFace: Sendable {
    let prometheus: PrometheusFace
    let incidents: any IncidentStoring
    let overviews: any OverviewReading
    let readiness: @Sendable () async -> Readiness
    let metrics: @Sendable () async -> String
    let world: World

    func application(listen: ListenAddress, logger: Logger) throws -> some Service {
        var quiet = logger
        // One line for each request would drown what an operator looks for.
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            router: try router(),
            server: .http1(configuration: .init(additionalChannelHandlers: [ClientDepartureHandler()])),
            configuration: ApplicationConfiguration(address: .hostname(listen.host, port: listen.port), serverName: "postwatch"),
            onServerRunning: { channel in
                let address = channel.localAddress.flatMap { address in address.port.map { "\(listen.host):\($0)" } } ?? "\(listen)"
                logger.info("The server listens", metadata: ["url": "http://\(address)/"])
            }, logger: quiet)
    }

    // MARK: - Private

    private func router() throws -> Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        prometheus.add(to: router)
        IncidentRoutes(incidents: incidents).add(to: router)
        HealthRoutes(readiness: readiness, metrics: metrics).add(to: router)
        try WebPages(overviews: overviews, incidents: incidents, world: world).add(to: router)
        return router
    }
}

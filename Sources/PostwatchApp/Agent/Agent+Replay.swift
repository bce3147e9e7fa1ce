import Collectors
import ExpositionFormat
import Forwarding
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

extension Agent {
    /// Reads an old log to its end; returns what an agent would have counted by then, as OpenMetrics text.
    /// - Parameter path: a file, or `-` for standard input.
    public func replayOnce(_ path: String) async throws -> String {
        let replay = try MailLogReplay(path, every: nil, now: world.now())
        let round = try await replay.next()
        return OpenMetricsText.write((round?.measurements ?? []).map { MetricFamily($0, labels: configuration.labels) })
    }

    /// Reads an old log, and pushes what an agent would have measured, with the times of the log. Returns when all of it was taken or
    /// refused, or at SIGTERM or SIGINT; what was not pushed then waits on disk.
    public func replay(_ path: String) async throws {
        guard !configuration.remoteWrite.isEmpty else { throw NoDestination() }
        let replay = try MailLogReplay(path, every: configuration.interval, now: world.now())
        let forwarders = try configuration.remoteWrite.map {
            try RemoteWriteForwarder.open(configuration: $0, world: world, logger: logger)
        }
        let service = ReplayService(
            replay: replay, labels: configuration.labels, destinations: zip(forwarders, configuration.remoteWrite).map { ($0, $1) },
            world: world, logger: logger)
        let patience: Duration = .seconds(10) + (configuration.remoteWrite.map(\.timeout).max() ?? .zero)
        try await ServiceGroup.untilDone(service, on: forwarders, endingWithin: patience, logger: logger).run()
    }
}

extension ServiceGroup {
    /// Ends when `last` has ended, in order, or at SIGTERM or SIGINT.
    fileprivate static func untilDone(
        _ last: any Service, on services: [any Service], endingWithin patience: Duration, logger: Logger
    ) -> ServiceGroup {
        let below = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        let end = ServiceGroupConfiguration.ServiceConfiguration(
            service: last, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "replay")
        var configuration = ServiceGroupConfiguration(
            services: below + [end], gracefulShutdownSignals: [.sigterm, .sigint], cancellationSignals: [.sigquit], logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        return ServiceGroup(configuration: configuration)
    }
}

import Logging
import ServiceLifecycle

extension ServiceGroup {
    /// Services, each leaning on those before it, that stop in reverse order at SIGTERM or SIGINT, or are cut off after `patience`.
    static func untilSignalled(_ services: [any Service], endingWithin patience: Duration, logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], cancellationSignals: [.sigquit], logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        return ServiceGroup(configuration: configuration)
    }

    /// The same inside of another group: they stop when that one does, or when they are told to.
    static func untilTold(_ services: [any Service], endingWithin patience: Duration, logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        return ServiceGroup(configuration: configuration)
    }
}

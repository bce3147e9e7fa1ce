import Logging
import PostwatchRuntime
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Takes requests to read the configuration anew: over HTTP, and by SIGHUP. A configuration that is sound ends the services in order; what
/// they know is on disk, and new ones take up from there. One with faults changes nothing.
final class ReloadDesk: Sendable {
    private let read: @Sendable () throws -> ServerConfiguration
    private let telemetry: Telemetry
    private let logger: Logger
    private let state = Mutex<(next: ServerConfiguration?, group: ServiceGroup?)>((nil, nil))

    init(telemetry: Telemetry, logger: Logger, read: @escaping @Sendable () throws -> ServerConfiguration) {
        self.telemetry = telemetry
        self.logger = logger
        self.read = read
    }

    /// The configuration to go on with, once the services have ended; `nil` when they ended for good.
    var next: ServerConfiguration? { state.withLock { $0.next } }

    /// The services that end when a new configuration was read.
    func attach(_ group: ServiceGroup) {
        state.withLock { $0.group = group }
    }

    /// Throws what is wrong with the configuration.
    func reload() async throws {
        do {
            let configuration = try read()
            let group = state.withLock { state in
                state.next = configuration
                return state.group
            }
            telemetry.report(ConfigurationReloaded(), to: logger)
            await group?.triggerGracefulShutdown()
        } catch {
            telemetry.report(ConfigurationNotReloaded(reason: "\(error)"), to: logger)
            throw error
        }
    }
}

/// Reads the configuration anew at SIGHUP.
struct HangUpService: Service {
    let desk: ReloadDesk

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            // What is wrong is in the log; the old configuration stays.
            try? await desk.reload()
        }
    }
}

struct ConfigurationReloaded: Fact {
    static let counter = "configuration_reloads"
    static let help = "Times that the configuration was read anew."
    static let level = Logger.Level.info
    static let message: Logger.Message = "The configuration was read anew; the services start again with it"
    var metadata: Logger.Metadata { [:] }
}

struct ConfigurationNotReloaded: Fact {
    static let counter = "configuration_reload_failures"
    static let help = "Times that a new configuration had faults, so that the old one stayed."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The new configuration has faults; the old one stays"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

import Logging
import PostwatchRuntime
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Takes requests to read the configuration anew: over HTTP, and by SIGHUP. A configuration that is sound ends the services in order; what
/// they know is on disk, and new ones take up from there. One with faults changes nothing. Lives as long as the process.
final class ReloadDesk: Sendable {
    private struct State: Sendable {
        var next: ServerConfiguration?
        var group: ServiceGroup?
        /// Whether the configuration could be used the last time.
        var isGood = true
    }

    private let read: @Sendable () throws -> ServerConfiguration
    private let telemetry: Telemetry
    private let logger: Logger
    private let state = Mutex(State())

    init(telemetry: Telemetry, logger: Logger, read: @escaping @Sendable () throws -> ServerConfiguration) {
        self.telemetry = telemetry
        self.logger = logger
        self.read = read
    }

    /// The configuration to go on with, once the services have ended, given once; `nil` when they ended for good.
    func takeNext() -> ServerConfiguration? {
        state.withLock { state in
            defer { state.next = nil }
            return state.next
        }
    }

    /// Whether the configuration could be used the last time it was read.
    var isConfigurationGood: Bool { state.withLock { $0.isGood } }

    /// Notes that a new configuration could not be started.
    func noteFailure(_ reason: any Error) {
        state.withLock { $0.isGood = false }
        telemetry.report(ConfigurationNotReloaded(reason: "\(reason)"), to: logger)
    }

    /// Whether the services end in order to start again.
    var isReloading: Bool { state.withLock { $0.next != nil } }

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
                state.isGood = true
                return state.group
            }
            telemetry.report(ConfigurationReloaded(), to: logger)
            await group?.triggerGracefulShutdown()
        } catch {
            noteFailure(error)
            throw error
        }
    }

    /// Hears SIGHUP, which asks for a reload, until it is cancelled.
    func listen() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            // What is wrong is in the log; the old configuration stays.
            try? await reload()
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
    static let help = "Times that a new configuration had faults or could not be started, so that the old one stayed."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The new configuration cannot be used; the old one stays"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

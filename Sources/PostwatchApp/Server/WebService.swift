import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Listens and speaks HTTP, as long as the process lives: also while the services start anew.
struct WebService: Service {
    /// How long requests that have come may still take when the process ends.
    static let patience = Duration.seconds(10)

    let switchboard: Switchboard
    let listen: ListenAddress
    let logger: Logger

    /// Listens once there is somebody who answers. Throws `ListenAddress.Fault.inUse`, and what the system says.
    func run() async throws {
        try await withGracefulShutdownHandler {
            guard await switchboard.isServed() else { return }
            do {
                try await ServiceGroup.untilTold([application()], endingWithin: Self.patience, logger: logger).run()
            } catch is CancellationError {
                // Who took longer than that is cut off; the other services end in order all the same.
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw ListenAddress.Fault.inUse("\(listen)")
            }
        } onGracefulShutdown: {
            switchboard.endWaiting()
        }
    }

    // MARK: - Private

    private func application() -> some Service {
        var quiet = logger
        // One line for each request would drown what an operator looks for.
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            responder: SwitchboardResponder(switchboard: switchboard), server: HTTPServerBuilder { LoopBoundConnection(responder: $0) },
            configuration: ApplicationConfiguration(address: .hostname(listen.host, port: listen.port), serverName: "postwatch"),
            onServerRunning: { channel in
                let address = channel.localAddress.flatMap { address in address.port.map { "\(listen.host):\($0)" } } ?? "\(listen)"
                logger.info("The server listens", metadata: ["url": "http://\(address)/"])
            }, logger: quiet)
    }
}

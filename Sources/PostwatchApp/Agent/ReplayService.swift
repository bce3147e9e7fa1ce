import Collectors
import Forwarding
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Hands the rounds of an old log to everything that forwards them, no faster than they are taken; ends when all are.
struct ReplayService: Service {
    let replay: MailLogReplay
    let labels: LabelSet
    let destinations: [(forwarder: RemoteWriteForwarder, configuration: RemoteWriteConfiguration)]
    let world: World
    let logger: Logger

    /// How often the destinations are looked at while they are waited for.
    private static let pause: Duration = .milliseconds(100)

    func run() async throws {
        try await runUntilShutdown {
            var rounds = 0
            while let round = try await replay.next() {
                try Task.checkCancellation()
                // A full buffer drops its oldest samples.
                try await wait { $0.status().pendingBytes < $1.buffer.maximumBytes / 4 }
                let samples = round.samples(with: labels)
                for destination in destinations { try await destination.forwarder.append(samples) }
                rounds += 1
            }
            try await wait { forwarder, _ in forwarder.status().pending == 0 }
            logger.info("The log was replayed", metadata: ["rounds": "\(rounds)"])
        }
    }

    // MARK: - Private

    private func wait(until isMet: (RemoteWriteForwarder, RemoteWriteConfiguration) -> Bool) async throws {
        while !destinations.allSatisfy({ isMet($0.forwarder, $0.configuration) }) { try await world.clock.sleep(for: Self.pause) }
    }
}

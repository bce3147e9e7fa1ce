import Forwarding
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Tells a server how an agent's messages ended, in the order in which they were booked; while the buffer on disk takes nothing, they wait.
/// Stands before the journeys in the order of services, and so ends after them.
struct MessageEndService: Service {
    private let reports: any Reporting
    private let world: World
    private let telemetry: Telemetry
    private let logger: Logger
    private let ends: AsyncStream<MessageReport>
    private let continuation: AsyncStream<MessageReport>.Continuation

    /// Ends that wait for the buffer on disk: hours of a busy vantage.
    private static let mostWaiting = 20_000
    /// Before the buffer is tried again.
    private static let pause = Duration.seconds(5)

    init(reports: any Reporting, world: World, telemetry: Telemetry, logger: Logger) {
        self.reports = reports
        self.world = world
        self.telemetry = telemetry
        self.logger = logger
        (ends, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    }

    /// Takes in messages that have ended. Does not wait; what finds no room is dropped and counted.
    func take(_ records: [ProbeRecord]) {
        for record in records {
            guard let report = MessageReport(record), case .dropped = continuation.yield(report) else { continue }
            telemetry.report(MessageEndNotTold(record: record), to: logger)
        }
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            var hasGivenUp = false
            for await report in ends {
                let fact = MessageEndNotTold(record: report.record)
                if hasGivenUp {
                    telemetry.count(fact)
                } else if await !tell(report) {
                    hasGivenUp = true
                    telemetry.report(fact, to: logger)
                }
            }
        } onGracefulShutdown: {
            continuation.finish()
        }
    }

    // MARK: - Private

    /// Returns once the report is in the buffer; false when it is not by the end of the service. The next start tells the last ends again.
    private func tell(_ report: MessageReport) async -> Bool {
        var isWaiting = false
        while await !reports.hasKept(report) {
            guard !Task.isCancelled, !Task.isShuttingDownGracefully else { return false }
            if !isWaiting { logger.warning("Ends of probe messages wait: the buffer on disk takes nothing now; free some space") }
            isWaiting = true
            await cancelWhenGracefulShutdown { try? await world.clock.sleep(for: Self.pause) }
        }
        if isWaiting { logger.info("The buffer on disk takes ends of probe messages again") }
        return true
    }
}

struct MessageEndNotTold: Fact {
    static let counter = "probe_messages_not_told"
    static let help = "Ends of probe messages that the server is not told since its buffer takes none and too many wait."
    static let level = Logger.Level.error
    static let message: Logger.Message = "The end of a probe message is not told to the server: the buffer on disk takes nothing"
    let record: ProbeRecord
    var metadata: Logger.Metadata { ["journey": "\(record.journey)", "probe": "\(record.id)"] }
}

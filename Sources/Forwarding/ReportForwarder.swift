import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Pushes what an agent tells beside samples to a Postwatch server, and keeps it on disk until the server has taken it: the same buffer,
/// pacing and credentials as for samples. A report may be sent twice after a crash or when its answer is lost.
public final class ReportForwarder: Reporting, Service {
    /// A report is a story of a few steps; a server takes lines four times as long.
    static let longestLine = 64 << 10

    let forwarder: RemoteWriteForwarder
    private let logger: Logger

    /// Opens or creates the buffer. Blocks while it reads. Sends nothing before `run()`.
    public static func open(
        configuration: RemoteWriteConfiguration, world: World, logger: Logger
    ) throws(ForwardingFailure) -> ReportForwarder {
        let forwarder = try RemoteWriteForwarder.open(configuration: configuration, carrying: .reports, world: world, logger: logger)
        return ReportForwarder(forwarder, logger: logger)
    }

    /// Returns once the report is in the buffer on disk. One that cannot be put there is lost, which is logged and counted.
    public func report(_ content: some Reportable) async {
        do { try await keep(content) } catch { lose(content, error) }
    }

    /// Returns once the report is in the buffer on disk, or was found to be one that no disk would take, which is logged and counted; false
    /// when the disk takes nothing now.
    public func hasKept(_ content: some Reportable) async -> Bool {
        do {
            try await keep(content)
        } catch let failure as ForwardingFailure where failure.isTransient {
            return false
        } catch {
            lose(content, error)
        }
        return true
    }

    /// Counts reports, not samples.
    public func status() -> ForwardingStatus { forwarder.status() }

    /// Sends until the service is shut down. To be called once.
    public func run() async throws { try await forwarder.run() }

    /// Gives back the buffer's files and lock. Not before `run()` has ended.
    public func close() async { await forwarder.close() }

    // MARK: - Private

    private init(_ forwarder: RemoteWriteForwarder, logger: Logger) {
        self.forwarder = forwarder
        self.logger = logger
    }

    /// Throws `ForwardingFailure`, and what the encoder throws.
    private func keep(_ content: some Reportable) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Array(try encoder.encode(ReportLine(content))) + [UInt8(ascii: "\n")]
        guard line.count <= Self.longestLine else { throw ForwardingFailure.tooLarge(bytes: line.count) }
        do throws(JournalFailure) {
            try await forwarder.keep(BufferRecord.record(of: line, samples: 1), samples: 1)
        } catch {
            throw ForwardingFailure(error)
        }
    }

    private func lose(_ content: some Reportable, _ reason: any Error) {
        forwarder.note(unkept: 1)
        logger.error(
            "A report could not be kept; it is lost", metadata: ["type": "\(type(of: content).reportType)", "reason": "\(reason)"])
    }
}

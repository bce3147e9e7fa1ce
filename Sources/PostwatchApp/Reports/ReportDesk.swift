import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Reads the lines that agents report, and brings what they tell to disk before anybody is told of it or the agent may forget it.
final class ReportDesk: ReportReceiving {
    /// Takes the reports of one type.
    struct Taker: Sendable {
        let type: String
        /// The newest that is understood.
        let version: Int
        fileprivate let take: @Sendable (Data, inout ReportBatch) throws -> Void

        /// - Parameter take: puts the content where it belongs; throws `ReportRefused` for one that is never taken.
        static func of<Content: Reportable>(
            _: Content.Type, _ take: @escaping @Sendable (Content, inout ReportBatch) throws(ReportRefused) -> Void
        ) -> Taker {
            Taker(type: Content.reportType, version: Content.reportVersion) { line, batch in
                try take(try JSONDecoder().decode(ReportLine<Content>.self, from: line).content, &batch)
            }
        }
    }

    /// Keep of whom the log told that lines were refused, and that nothing could be kept.
    private struct Pacing {
        var refusals = LogPacing<String>()
        var failures = LogPacing<Bool>(interval: .seconds(10))
    }

    /// Agents wait 30 s for an answer. They keep what was not acknowledged.
    private static let patience = Duration.seconds(10)

    private let takers: [String: Taker]
    private let store: any ReportStoring
    private let publish: @Sendable (ReportBatch, [MessageChange]) -> Void
    private let world: World
    private let telemetry: Telemetry
    private let logger: Logger
    private let pacing = Mutex(Pacing())

    /// - Parameter publish: takes what is on disk to whoever wants to know, with what is new of messages.
    init(
        _ takers: [Taker], store: any ReportStoring, world: World, telemetry: Telemetry, logger: Logger,
        publish: @escaping @Sendable (ReportBatch, [MessageChange]) -> Void
    ) {
        self.takers = Dictionary(takers.map { ($0.type, $0) }) { first, _ in first }
        self.store = store
        self.publish = publish
        self.world = world
        self.telemetry = telemetry
        self.logger = logger
    }

    func receive(_ lines: [ArraySlice<UInt8>], from sender: String) async throws(ReportsNotTaken) -> ReportReceipt {
        var receipt = ReportReceipt()
        var batch = ReportBatch()
        for line in lines { read(line, into: &batch, receipt: &receipt) }
        publish(batch, try await keep(batch))
        // Only now: a request that is not taken comes again, with the same lines.
        if receipt.refused > 0 {
            let fact = ReportLinesRefused(sender: sender, amount: receipt.refused, reason: receipt.firstFault ?? "")
            tell(fact, isNew: pacing.withLock { $0.refusals.admits(sender, at: world.now()) })
        }
        return receipt
    }

    // MARK: - Private

    private func read(_ line: ArraySlice<UInt8>, into batch: inout ReportBatch, receipt: inout ReportReceipt) {
        do {
            let data = Data(line)
            let heading = try JSONDecoder().decode(ReportHeading.self, from: data)
            guard let taker = takers[heading.type], heading.version ?? 1 <= taker.version else {
                receipt.unknown += 1
                return
            }
            try taker.take(data, &batch)
            receipt.taken += 1
        } catch {
            receipt.refused += 1
            let refusal = error as? ReportRefused
            receipt.firstFault =
                receipt.firstFault ?? refusal?.description ?? "a line is not a report as docs/formats/reports.md has it"
        }
    }

    private func keep(_ batch: ReportBatch) async throws(ReportsNotTaken) -> [MessageChange] {
        guard !batch.isEmpty else { return [] }
        do {
            return try await keepInTime(batch)
        } catch {
            tell(ReportsNotKept(reason: "\(error)"), isNew: pacing.withLock { $0.failures.admits(true, at: world.now()) })
            throw ReportsNotTaken("what agents tell cannot be put on disk now: \(error)")
        }
    }

    /// The disk did not answer.
    private struct DiskSilent: Error, CustomStringConvertible {
        var description: String { "the disk did not answer within \(ReportDesk.patience.prometheusText)" }
    }

    private func keepInTime(_ batch: ReportBatch) async throws -> [MessageChange] {
        try await withThrowingTaskGroup(of: [MessageChange].self) { group in
            group.addTask { [store, world] in try await store.keep(batch, at: world.now()) }
            group.addTask { [world] in
                try await world.clock.sleep(for: Self.patience)
                throw DiskSilent()
            }
            defer { group.cancelAll() }
            do {
                return try await group.next() ?? []
            } catch {
                // It may have been kept at that very moment: nothing would be new of it when it comes again.
                group.cancelAll()
                guard let kept = try? await group.next() else { throw error }
                return kept
            }
        }
    }

    private func tell(_ fact: some Fact, isNew: Bool) {
        if isNew { telemetry.report(fact, to: logger) } else { telemetry.count(fact) }
    }
}

/// A report that is never taken.
struct ReportRefused: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

struct ReportLinesRefused: Fact {
    static let counter = "report_lines_refused"
    static let help = "Lines reported by agents that are not what their type says."
    static let level = Logger.Level.warning
    static let message: Logger.Message =
        "Lines that an agent reported were refused; more of the same agent in the next minute are only counted"
    /// The address that they came from.
    let sender: String
    let amount: Int
    /// Why the first was.
    let reason: String
    var metadata: Logger.Metadata { ["agent": "\(sender)", "lines": "\(amount)", "reason": "\(reason)"] }
}

struct ReportsNotKept: Fact {
    static let counter = "report_requests_deferred"
    static let help = "Requests with reports that could not be put on disk; the agents keep them and send them again."
    static let level = Logger.Level.error
    static let message: Logger.Message = "What agents report cannot be put on disk; they keep it and send it again"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime

/// Gives each line that agents report to the part of the server that takes its type.
struct ReportDesk: ReportReceiving {
    /// Takes the reports of one type.
    struct Taker: Sendable {
        let type: String
        fileprivate let take: @Sendable (Data) async throws -> Void

        /// - Parameter take: throws `ReportRefused` for one that is never taken, anything else for one that may be taken later.
        static func of<Content: Reportable>(_: Content.Type, _ take: @escaping @Sendable (Content) async throws -> Void) -> Taker {
            Taker(type: Content.reportType) { line in
                try await take(try JSONDecoder().decode(ReportLine<Content>.self, from: line).content)
            }
        }
    }

    private let takers: [String: Taker]
    private let telemetry: Telemetry
    private let logger: Logger

    init(_ takers: [Taker], telemetry: Telemetry, logger: Logger) {
        self.takers = Dictionary(takers.map { ($0.type, $0) }) { first, _ in first }
        self.telemetry = telemetry
        self.logger = logger
    }

    func receive(_ lines: [ArraySlice<UInt8>]) async throws(ReportsNotTaken) -> ReportReceipt {
        var receipt = ReportReceipt()
        for line in lines {
            do {
                let data = Data(line)
                let heading = try JSONDecoder().decode(ReportHeading.self, from: data)
                guard let taker = takers[heading.type] else {
                    receipt.unknown += 1
                    continue
                }
                try await taker.take(data)
                receipt.taken += 1
            } catch let refusal as ReportRefused {
                note(refusal.description, in: &receipt)
            } catch is DecodingError {
                note("a line is not a report as docs/formats/reports.md has it", in: &receipt)
            } catch {
                throw ReportsNotTaken("\(error)")
            }
        }
        return receipt
    }

    // MARK: - Private

    private func note(_ fault: String, in receipt: inout ReportReceipt) {
        receipt.refused += 1
        receipt.firstFault = receipt.firstFault ?? fault
        telemetry.report(ReportLineRefused(reason: fault), to: logger)
    }
}

/// A report that is never taken.
struct ReportRefused: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

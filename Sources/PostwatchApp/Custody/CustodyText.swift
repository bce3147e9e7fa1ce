import Foundation
import PostwatchModel

/// A chain of custody drawn as text: a line for each stage of each hop, its bar placed by when it was and as long as it took.
///
///     mx-1  queue_manager  30.012 s  98.7 %   ███████████
///           deferred once: connection refused by mailstore-1.example.test:24
public struct CustodyText: Hashable, Sendable, CustomStringConvertible {
    private struct Row: Hashable {
        var node: String
        var stage: String
        var duration: Duration
        var remark: String?
        var spans: [ClosedRange<Double>]
    }

    private let chain: CustodyChain
    private let rows: [Row]
    private let width: Int

    /// - Parameter width: of a whole line, in characters; bars get what the rest leaves over, at least 10.
    public init(_ chain: CustodyChain, width: Int = 100) {
        self.chain = chain
        self.width = width
        rows = Self.rows(of: chain)
    }

    public var description: String { lines.joined(separator: "\n") }

    /// Head, verdict, one line for each stage of each hop, the sum, then what must be known of clocks and logs.
    public var lines: [String] {
        [head, chain.verdict, ""] + rows.flatMap(lines) + ["", sum] + chain.skews.map(Self.line) + missing
    }

    // MARK: - Private

    /// A remark on less is noise.
    private static let remarkedShare = 0.05

    private var head: String {
        "message \(chain.probe) of \(chain.journey) from \(chain.vantage) at \(chain.startedAt.rfc3339)"
    }

    private var nodeWidth: Int { rows.map(\.node.count).max() ?? 0 }
    private var stageWidth: Int { rows.map(\.stage.count).max() ?? 0 }

    /// Stages of a hop that come again, as those of a second try, share a line.
    private static func rows(of chain: CustodyChain) -> [Row] {
        let total = max(chain.total.seconds, .leastNonzeroMagnitude)
        var rows: [Row] = []
        var longest: [Duration] = []
        for stretch in chain.stretches {
            let from = stretch.offset.seconds / total
            let span = from...max(from, (stretch.offset + stretch.duration).seconds / total)
            if let index = rows.firstIndex(where: { $0.node == stretch.node && $0.stage == stretch.stage.name }) {
                rows[index].duration += stretch.duration
                rows[index].spans.append(span)
                if stretch.duration > longest[index] { (longest[index], rows[index].remark) = (stretch.duration, stretch.remark) }
            } else {
                rows.append(
                    Row(
                        node: stretch.node, stage: stretch.stage.name, duration: stretch.duration, remark: stretch.remark, spans: [span]))
                longest.append(stretch.duration)
            }
        }
        return rows
    }

    private func lines(_ row: Row) -> [String] {
        let share = row.duration.seconds / max(chain.total.seconds, .leastNonzeroMagnitude)
        let figures = String(format: "%10.3f s %6.1f %%", row.duration.seconds, share * 100)
        let line = "\(Self.padded(row.node, nodeWidth))  \(Self.padded(row.stage, stageWidth)) \(figures)  \(bar(row))"
        guard share >= Self.remarkedShare, let remark = row.remark else { return [line] }
        return [line, "\(Self.padded("", nodeWidth))  \(remark)"]
    }

    private func bar(_ row: Row) -> String {
        let cells = max(10, width - nodeWidth - stageWidth - 25)
        var bar = [Character](repeating: " ", count: cells)
        for span in row.spans {
            let first = min(cells - 1, Int((span.lowerBound * Double(cells)).rounded(.down)))
            let last = max(first, min(cells, Int((span.upperBound * Double(cells)).rounded())) - 1)
            for cell in max(0, first)...max(0, last) { bar[cell] = "█" }
        }
        return String(bar).replacing(#/ +$/#, with: "")
    }

    private var sum: String {
        let total = chain.total.seconds
        let known = total <= 0 ? 100 : 100 * (1 - chain.unattributed.seconds / total)
        return String(format: "sum %.3f s, %.1f %% of it in a known stage of a known hop", total, known)
    }

    private static func line(_ skew: CustodyChain.Skew) -> String {
        String(
            format:
                "the clock of %@ is %.1f s %@ (to within %.1f s); its times are corrected here, but it must be set: look at its time service",
            skew.node, abs(skew.seconds), skew.seconds > 0 ? "ahead" : "behind", skew.uncertaintySeconds)
    }

    private var missing: [String] {
        let silent = chain.hops.filter { !$0.isLogged }.map { hop in hop.queueID.map { "\(hop.node) (\($0))" } ?? hop.node }
        guard !silent.isEmpty else { return [] }
        return ["no agent told the log of \(silent.joined(separator: ", ")): follow it with collectors.mail_logs there"]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

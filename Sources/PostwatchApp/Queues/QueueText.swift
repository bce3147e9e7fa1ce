import Collectors
import MailLogs
import PostwatchModel
import PostwatchRuntime

/// A queue as text for people: what waits for whom, since when and why.
public enum QueueText {
    /// Where the queue lies when nothing is said.
    public static let usualDirectory = PostfixSettings.usualQueueDirectory
    /// How many destinations may be named.
    public static let namedDestinations = 1...PostfixSettings.mostDestinations

    /// Reads the queue of a Postfix of this machine.
    /// - Parameters:
    ///   - most: how many destinations are named.
    ///   - timeout: for the whole listing.
    public static func read(_ queueDirectory: String, most: Int, timeout: Duration, world: World) async throws -> String {
        text(
            of: try await PostfixQueueSnapshot.read(
                PostfixSettings(queueDirectory: queueDirectory), most: most, timeout: timeout, world: world))
    }

    static func text(of snapshot: PostfixQueueSnapshot) -> String {
        let depths = snapshot.depths.map { "\($0.queue) \($0.messages)" }.joined(separator: ", ")
        let total = snapshot.depths.reduce(0) { $0 + $1.messages }
        var lines = ["\(total) messages: \(depths)"]
        guard !snapshot.destinations.isEmpty else { return lines[0] }
        let header = ["destination", "messages"] + ages + ["older", "oldest", "why"]
        let table = [header] + snapshot.destinations.flatMap { rows(of: $0, at: snapshot.moment) }
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        lines.append("")
        lines += table.map { line($0, widths) }
        return lines.joined(separator: "\n")
    }

    // MARK: - Private

    /// Names to the left, numbers to the right, and the last column as it is.
    private static func line(_ row: [String], _ widths: [Int]) -> String {
        let last = row.count - 1
        let cells = row.indices.map { column -> String in
            let padding = String(repeating: " ", count: column == last ? 0 : widths[column] - row[column].count)
            return column == 0 || column == last ? row[column] + padding : padding + row[column]
        }
        return cells.joined(separator: "  ").trimmedEnd
    }

    /// `<5m` and so on.
    private static let ages: [String] = QueueTable.ageBounds.map { "<" + Duration.seconds($0).coarseText }

    /// One line for the destination with its first cause, one for each further cause, and the words of the other side below.
    private static func rows(of destination: WaitingDestination, at moment: Timestamp) -> [[String]] {
        let name = destination.domain.isEmpty ? "(no domain)" : destination.domain
        let age = Duration.seconds(max(0, moment.milliseconds / 1000 - destination.oldestArrival)).coarseText
        let first = [name, "\(destination.messages)"] + destination.ages.map { $0 == 0 ? "." : "\($0)" } + [age]
        let blank = [String](repeating: "", count: first.count)
        return destination.causes.enumerated().flatMap { index, cause in
            let words = cause.lastText.isEmpty ? [] : [blank + ["  " + cause.lastText]]
            return [(index == 0 ? first : blank) + ["\(cause.wait.label) \(cause.messages)"]] + words
        }
    }
}

extension Duration {
    /// In the largest unit that leaves at least two: `45s`, `12m`, `3h`, `2d`.
    fileprivate var coarseText: String {
        let seconds = components.seconds
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m")]
        let unit =
            units.first { seconds >= 2 * $0.0 && (seconds % $0.0 == 0 || seconds >= 10 * $0.0) } ?? (seconds >= 120 ? (60, "m") : (1, "s"))
        return "\(seconds / unit.0)\(unit.1)"
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

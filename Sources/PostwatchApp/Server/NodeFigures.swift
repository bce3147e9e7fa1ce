import PostwatchModel
import PromQL

/// The basics of every node, read from the series store with one query each.
struct NodeFigures: Sendable {
    enum Figure: String, CaseIterable, Sendable {
        case cpu = #"1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[1m]))"#
        case memory = "1 - max by (instance) (node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)"
        case disk = "1 - min by (instance) (node_filesystem_avail_bytes / (node_filesystem_size_bytes > 0))"
        case queueDepth = "sum by (instance) (postfix_showq_queue_depth)"
        case oldestQueuedSeconds = "max by (instance) (postfix_showq_oldest_message_age_seconds)"
    }

    /// Figures by node.
    struct Table: Sendable {
        fileprivate var values: [Figure: [String: Double]] = [:]

        subscript(figure: Figure, node: String) -> Double? {
            values[figure]?[node].flatMap { $0.isFinite ? $0 : nil }
        }

        func isKnown(_ node: String) -> Bool {
            values.values.contains { $0[node] != nil }
        }
    }

    private let queries: [Figure: PromQLQuery]

    /// Throws when a query does not parse, which a test finds before anybody else does.
    init() throws {
        var queries: [Figure: PromQLQuery] = [:]
        for figure in Figure.allCases { queries[figure] = try PromQLQuery(figure.rawValue) }
        self.queries = queries
    }

    func read(with engine: QueryEngine, at moment: Timestamp) async throws -> Table {
        var table = Table()
        for (figure, query) in queries {
            for element in try await engine.instant(query, at: moment).elements ?? [] {
                table.values[figure, default: [:]][element.labels["instance"] ?? "", default: 0] = element.value
            }
        }
        return table
    }
}

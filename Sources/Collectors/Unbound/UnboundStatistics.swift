import PostwatchModel

/// The answer to `stats_noreset`: lines of `key=value`.
struct UnboundStatistics {
    private let values: [(key: Substring, value: Double)]

    init(_ text: String) {
        values = text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let equals = line.firstIndex(of: "="), let value = Double(line[line.index(after: equals)...]) else { return nil }
            return (line[..<equals], value)
        }
    }

    var isPlausible: Bool { values.contains { $0.key == "total.num.queries" } }

    var measurements: [Measurement] {
        let status = Dictionary(values.map { (String($0.key), Substring("\($0.value)")) }) { first, _ in first }
        return ServiceFigure.measurements(of: Self.figures, in: status) + Self.threadFigures.map(ofThreads)
            + Self.families.compactMap(ofFamily)
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(key: "time.up", metric: "unbound_time_up_seconds_total", kind: .counter, help: "Seconds since Unbound started."),
        ServiceFigure(
            key: "total.recursion.time.avg", metric: "unbound_recursion_time_seconds_avg", kind: .gauge,
            help: "How long answers took that were not in the cache, on average."),
        ServiceFigure(
            key: "total.recursion.time.median", metric: "unbound_recursion_time_seconds_median", kind: .gauge,
            help: "How long half of the answers took that were not in the cache."),
        ServiceFigure(key: "msg.cache.count", metric: "unbound_msg_cache_count", kind: .gauge, help: "Messages in the cache."),
        ServiceFigure(key: "rrset.cache.count", metric: "unbound_rrset_cache_count", kind: .gauge, help: "Sets of records in the cache."),
        ServiceFigure(
            key: "num.answer.secure", metric: "unbound_answers_secure_total", kind: .counter, help: "Answers that DNSSEC vouches for."),
        ServiceFigure(
            key: "num.answer.bogus", metric: "unbound_answers_bogus", kind: .counter, help: "Answers that DNSSEC proved wrong."),
        ServiceFigure(
            key: "unwanted.queries", metric: "unbound_unwanted_queries_total", kind: .counter,
            help: "Queries of clients that may not ask."),
        ServiceFigure(
            key: "unwanted.replies", metric: "unbound_unwanted_replies_total", kind: .counter, help: "Answers that nobody had asked for."),
    ]

    /// `thread0.num.queries` and so on.
    private static let threadFigures = [
        ServiceFigure(key: "num.queries", metric: "unbound_queries_total", kind: .counter, help: "Queries."),
        ServiceFigure(key: "num.cachehits", metric: "unbound_cache_hits_total", kind: .counter, help: "Queries that the cache answered."),
        ServiceFigure(
            key: "num.cachemiss", metric: "unbound_cache_misses_total", kind: .counter, help: "Queries that the cache could not answer."),
        ServiceFigure(
            key: "num.recursivereplies", metric: "unbound_recursive_replies_total", kind: .counter,
            help: "Answers for which other servers had to be asked."),
        ServiceFigure(
            key: "num.queries_ip_ratelimited", metric: "unbound_queries_ip_ratelimited_total", kind: .counter,
            help: "Queries of clients that asked too often."),
        ServiceFigure(
            key: "requestlist.current.all", metric: "unbound_request_list_current_all", kind: .gauge,
            help: "Queries that wait for an answer."),
        ServiceFigure(
            key: "requestlist.exceeded", metric: "unbound_request_list_exceeded_total", kind: .counter,
            help: "Queries that were dropped since too many waited."),
        ServiceFigure(
            key: "requestlist.overwritten", metric: "unbound_request_list_overwritten_total", kind: .counter,
            help: "Waiting queries that gave way to newer ones."),
    ]

    private struct Family {
        let prefix: String
        let metric: String
        let label: String
        let kind: Measurement.Kind
        let help: String
    }

    private static let families = [
        Family(
            prefix: "num.query.type.", metric: "unbound_query_types_total", label: "type", kind: .counter,
            help: "Queries by type of record."),
        Family(
            prefix: "num.answer.rcode.", metric: "unbound_answer_rcodes_total", label: "rcode", kind: .counter,
            help: "Answers by response code."),
        Family(
            prefix: "mem.cache.", metric: "unbound_memory_caches_bytes", label: "cache", kind: .gauge, help: "Memory that caches take."),
    ]

    private func ofThreads(_ figure: ServiceFigure) -> Measurement {
        let points = values.compactMap { key, value -> Measurement.Point? in
            guard key.hasPrefix("thread"), let dot = key.firstIndex(of: "."), key[key.index(after: dot)...] == figure.key else {
                return nil
            }
            return Measurement.Point(labels: ["thread": String(key[..<dot].dropFirst("thread".count))], value: value)
        }
        return Measurement(figure.metric, figure.kind, help: figure.help, points: points)
    }

    /// `nil` when there is nothing of it: the statistics are not extended.
    private func ofFamily(_ family: Family) -> Measurement? {
        let points = values.filter { $0.key.hasPrefix(family.prefix) }.map { key, value in
            Measurement.Point(labels: LabelSet([(family.label, String(key.dropFirst(family.prefix.count)))]), value: value)
        }
        return points.isEmpty ? nil : Measurement(family.metric, family.kind, help: family.help, points: points)
    }
}

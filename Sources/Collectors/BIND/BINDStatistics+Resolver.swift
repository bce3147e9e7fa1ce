import PostwatchModel

extension BINDStatistics {
    /// What each view's resolver asked and got.
    var resolvers: [Measurement] {
        let resolvers = (views ?? [:]).sorted { $0.key < $1.key }.compactMap { view, content in
            // `_bind` answers what version this is, and asks nobody.
            view == "_bind" ? nil : content.resolver.map { (view: view, resolver: $0) }
        }
        return Self.counters.map { Self.measurement(of: $0, resolvers) } + [
            Self.queries(resolvers), Self.durations(resolvers), Self.cache(resolvers),
        ]
    }

    // MARK: - Private

    private typealias Resolvers = [(view: String, resolver: Resolver)]

    /// Counters of a resolver under one name.
    private struct Counter {
        let metric: String
        let help: String
        /// The label that tells the keys apart; empty: there is one key.
        var label = ""
        let keys: [String]
    }

    private static let counters = [
        Counter(
            metric: "bind_resolver_query_errors_total", help: "Queries that were not sent or not answered.", label: "error",
            keys: ["QueryAbort", "QuerySockFail", "QueryTimeout"]),
        Counter(
            metric: "bind_resolver_response_errors_total", help: "Answers of other servers that say no.", label: "error",
            keys: ["NXDOMAIN", "SERVFAIL", "FORMERR", "OtherError", "REFUSED"]),
        Counter(
            metric: "bind_resolver_dnssec_validation_success_total", help: "Answers that DNSSEC vouches for.", label: "result",
            keys: ["ValOk", "ValNegOk"]),
        Counter(
            metric: "bind_resolver_dnssec_validation_errors_total", help: "Answers that DNSSEC proved wrong.", keys: ["ValFail"]),
        Counter(
            metric: "bind_resolver_response_lame_total", help: "Answers of servers that do not know the zone they are named for.",
            keys: ["Lame"]),
        Counter(
            metric: "bind_resolver_response_mismatch_total", help: "Answers that nobody had asked for.", keys: ["Mismatch"]),
        Counter(
            metric: "bind_resolver_response_truncated_total", help: "Answers that had to be asked for again over TCP.", keys: ["Truncated"]),
        Counter(metric: "bind_resolver_query_retries_total", help: "Queries that were sent once more.", keys: ["Retry"]),
        Counter(
            metric: "bind_resolver_query_edns0_errors_total", help: "Queries that failed since a server does not know EDNS.",
            keys: ["EDNS0Fail"]),
    ]

    /// Upper bounds in milliseconds; what took longer than the last is `QryRTT1600+`.
    private static let durationBounds = [10, 100, 500, 800, 1600]

    private static func measurement(of counter: Counter, _ resolvers: Resolvers) -> Measurement {
        let points = resolvers.flatMap { view, resolver in
            counter.keys.map { key in
                let own: LabelSet = counter.label.isEmpty ? [:] : LabelSet([(counter.label, key)])
                return Measurement.Point(labels: own.merging(["view": view]), value: resolver.stats?[key] ?? 0)
            }
        }
        return Measurement(counter.metric, .counter, help: counter.help, points: points)
    }

    private static func queries(_ resolvers: Resolvers) -> Measurement {
        Measurement(
            "bind_resolver_queries_total", .counter, help: "Queries to other servers by type of record.",
            points: resolvers.flatMap { points(of: withZeros($1.qtypes, usualTypes), $0) })
    }

    private static func cache(_ resolvers: Resolvers) -> Measurement {
        Measurement(
            "bind_resolver_cache_rrsets", .gauge,
            help: "Sets of records in the cache by type; !A: that there is no A, #A: out of date, ~A: about to be removed.",
            points: resolvers.flatMap { points(of: $1.cache ?? [:], $0) })
    }

    private static func points(of types: [String: Double], _ view: String) -> [Measurement.Point] {
        types.sorted { $0.key < $1.key }.map { Measurement.Point(labels: ["view": view, "type": $0], value: $1) }
    }

    private static func durations(_ resolvers: Resolvers) -> Measurement {
        let points = resolvers.flatMap { view, resolver in
            let keys = durationBounds.map { ("\(Double($0) / 1000)", "QryRTT\($0)") } + [("+Inf", "QryRTT1600+")]
            var below = 0.0
            let buckets = keys.map { bound, key in
                below += resolver.stats?[key] ?? 0
                return Measurement.Point(suffix: "_bucket", labels: ["view": view, "le": bound], value: below)
            }
            // BIND does not add the times up.
            return buckets + [
                Measurement.Point(suffix: "_sum", labels: ["view": view], value: .nan),
                Measurement.Point(suffix: "_count", labels: ["view": view], value: below),
            ]
        }
        return Measurement(
            "bind_resolver_query_duration_seconds", .histogram, help: "How long other servers took to answer.", points: points)
    }
}

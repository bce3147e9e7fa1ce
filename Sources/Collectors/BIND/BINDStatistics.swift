import PostwatchModel

/// The page `/json/v1/server`. BIND leaves out most counters that are 0; where their names are known they are told all the same.
struct BINDStatistics: Decodable {
    struct View: Decodable {
        let resolver: Resolver?
    }

    /// What a view asked other servers, and what it keeps.
    struct Resolver: Decodable {
        let stats: [String: Double]?
        let qtypes: [String: Double]?
        let cache: [String: Double]?
    }

    enum CodingKeys: String, CodingKey {
        case bootTime = "boot-time"
        case configTime = "config-time"
        case opcodes
        case rcodes
        case queryTypes = "qtypes"
        case server = "nsstats"
        case zones = "zonestats"
        case views
    }

    /// RFC 3339.
    let bootTime: String
    let configTime: String?
    let opcodes: [String: Double]
    let rcodes: [String: Double]?
    let queryTypes: [String: Double]?
    /// Of the name server as a whole.
    let server: [String: Double]?
    /// Of the upkeep of zones: transfers, notifications.
    let zones: [String: Double]?
    let views: [String: View]?

    var measurements: [Measurement] { times + incoming + answers + transfers + resolvers }

    // MARK: - Private

    private struct Figure {
        let key: String
        let metric: String
        var kind = Measurement.Kind.counter
        let help: String
    }

    /// The types of records that a mail platform asks for: known from the start, so that the first query of a type shows as an increase.
    static let usualTypes = ["A", "AAAA", "MX", "NS", "PTR", "SOA", "TXT"]

    private var times: [Measurement] {
        let known = [
            ("bind_boot_time_seconds", "When BIND started.", bootTime),
            ("bind_config_time_seconds", "When the configuration was last read.", configTime ?? ""),
        ]
        return known.compactMap { name, help, text in
            Timestamp(rfc3339: text).map { Measurement(name, .gauge, help: help, value: Double($0.milliseconds) / 1000) }
        }
    }

    private var incoming: [Measurement] {
        [
            Self.family(
                "bind_incoming_requests_total", "Requests by kind.", label: "opcode", Self.named(opcodes)),
            Self.family(
                "bind_incoming_queries_total", "Queries by type of record.", label: "type", Self.withZeros(queryTypes, Self.usualTypes)),
            Self.family(
                "bind_response_rcodes_total", "Answers by response code.", label: "rcode", Self.named(rcodes ?? [:])),
        ]
    }

    private var answers: [Measurement] {
        let figures = [
            Figure(
                key: "QryDuplicate", metric: "bind_query_duplicates_total",
                help: "Queries that were dropped since the same client waited for the same answer."),
            Figure(
                key: "QryRecursion", metric: "bind_query_recursions_total", help: "Queries for which other servers had to be asked."),
            Figure(
                key: "RecursClients", metric: "bind_recursive_clients", kind: .gauge,
                help: "Clients that wait for the answer of another server."),
        ]
        return [
            family(
                "bind_responses_total", "Answers by what was found.", label: "result", prefix: "Qry",
                ["Success", "Referral", "Nxrrset", "SERVFAIL", "FORMERR", "NXDOMAIN"]),
            family(
                "bind_query_errors_total", "Queries without an answer of use.", label: "error", prefix: "Qry", ["Dropped", "Failure"]),
        ] + Self.measurements(of: figures, in: server)
    }

    private var transfers: [Measurement] {
        let rejected = Figure(
            key: "XfrRej", metric: "bind_zone_transfer_rejected_total", help: "Transfers of zones that clients were refused.")
        let figures = [
            Figure(key: "XfrSuccess", metric: "bind_zone_transfer_success_total", help: "Zones that were fetched."),
            Figure(key: "XfrFail", metric: "bind_zone_transfer_failure_total", help: "Zones that could not be fetched."),
        ]
        return Self.measurements(of: [rejected], in: server) + Self.measurements(of: figures, in: zones)
    }

    private func family(
        _ name: String, _ help: String, label: String, prefix: String, _ keys: [String]
    ) -> Measurement {
        let values = Dictionary(uniqueKeysWithValues: keys.map { ($0, server?[prefix + $0] ?? 0) })
        return Self.family(name, help, label: label, values)
    }

    private static func family(_ name: String, _ help: String, label: String, _ values: [String: Double]) -> Measurement {
        let points = values.sorted { $0.key < $1.key }.map { Measurement.Point(labels: LabelSet([(label, $0)]), value: $1) }
        return Measurement(name, .counter, help: help, points: points)
    }

    private static func measurements(of figures: [Figure], in counts: [String: Double]?) -> [Measurement] {
        figures.map { Measurement($0.metric, $0.kind, help: $0.help, value: counts?[$0.key] ?? 0) }
    }

    /// Without codes that have no name (`RESERVED12`, `17`) and did not occur.
    private static func named(_ codes: [String: Double]) -> [String: Double] {
        codes.filter { name, count in count != 0 || !(name.hasPrefix("RESERVED") || Int(name) != nil) }
    }

    static func withZeros(_ counts: [String: Double]?, _ names: [String]) -> [String: Double] {
        (counts ?? [:]).merging(names.map { ($0, 0) }) { known, _ in known }
    }
}

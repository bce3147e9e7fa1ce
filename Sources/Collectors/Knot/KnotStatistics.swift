import PostwatchModel

/// The counters of an answer to `stats` or `zone-stats`.
struct KnotStatistics {
    /// In the order in which they came.
    private let counters: [(unit: KnotUnit, value: Double)]

    /// - Parameter connection: For the text of a fault: a value that is no number, or a name that no metric can have.
    init(_ units: [KnotUnit], _ connection: ServiceConnection) throws(CollectionFailure) {
        self.init(units)
        if counters.count < units.count { throw connection.malformed("a counter without a name or a number") }
    }

    /// What is no counter is left out.
    init(_ units: [KnotUnit]) {
        counters = units.compactMap { unit in
            guard Self.isName(unit.item), let value = UInt64(unit.data) else { return nil }
            return (unit, Double(value))
        }
    }

    /// How many zones the server has; `nil` when it does not tell.
    var zoneCount: Double? {
        counters.first { $0.unit.section == "server" && $0.unit.item == "zone-count" && $0.unit.zone.isEmpty }?.value
    }

    var measurements: [Measurement] {
        var names: [String] = []
        var points: [String: [LabelSet: Double]] = [:]
        for (unit, value) in counters where value > 0 || !Self.longLists.contains(unit.item) {
            let name = Self.metric(of: unit)
            if points[name] == nil { names.append(name) }
            points[name, default: [:]][["zone": unit.zone, "module": unit.section, "type": unit.id]] = value
        }
        return names.map { name in
            let found = (points[name] ?? [:]).map { Measurement.Point(labels: $0, value: $1) }
            return Measurement(
                name, Self.isGauge(name) ? .gauge : .counter, help: Self.help(name),
                points: found.sorted { $0.labels.isListed(before: $1.labels) })
        }
    }

    // MARK: - Private

    /// Of these, which have a counter for each type or size, only those that ever counted are told.
    private static let longLists: Set<String> = ["query-type", "query-size", "reply-size"]

    private static func metric(of unit: KnotUnit) -> String {
        let name = (unit.zone.isEmpty ? "knot_stats_" : "knot_zone_stats_") + unit.item.replacing("-", with: "_")
        return isGauge(name) ? name : name + "_total"
    }

    private static func isGauge(_ name: String) -> Bool { name == "knot_stats_zone_count" }

    private static func help(_ name: String) -> String {
        if isGauge(name) { return "How many zones the server has." }
        let item = name.split(separator: "stats_", maxSplits: 1).last?.dropLast("_total".count).replacing("_", with: "-") ?? ""
        return "What the module counts as \(item)" + (name.hasPrefix("knot_zone_") ? ", by zone." : ".")
    }

    private static func isName(_ item: String) -> Bool {
        !item.isEmpty
            && item.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }
}

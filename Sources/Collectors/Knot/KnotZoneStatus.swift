import PostwatchModel

/// The answer to `zone-status`: for each zone its serial, and when its events come.
struct KnotZoneStatus {
    private let units: [KnotUnit]

    init(_ units: [KnotUnit]) {
        self.units = units
    }

    var measurements: [Measurement] {
        [
            measurement("knot_zone_serial", of: "serial", "Serial of each zone that is loaded.") { UInt32($0).map { Double($0) } },
            measurement(
                "knot_zone_status_refresh_seconds", of: "refresh", "Seconds until the primary is asked for changes.", Self.seconds),
            measurement(
                "knot_zone_status_expiration_seconds", of: "expiration",
                "Seconds until the zone is given up unless the primary answers.", Self.seconds),
        ]
    }

    /// `+2Y2M20D4h26m38s`, with months of 30 and years of 365 days; 0 when it is due or under way; `nil` when it does not come.
    static func seconds(_ text: String) -> Double? {
        if text.hasPrefix("pending") || text.hasPrefix("running") { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-", text.count > 1 else { return nil }
        var sum = 0.0
        var rest = text.dropFirst()
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Double(digits), let unit = rest.dropFirst(digits.count).first.flatMap({ secondsOfUnit[$0] }) else {
                return nil
            }
            sum += count * unit
            rest = rest.dropFirst(digits.count + 1)
        }
        return sign == "-" ? -sum : sum
    }

    // MARK: - Private

    private static let secondsOfUnit: [Character: Double] = [
        "Y": 365 * 86_400, "M": 30 * 86_400, "D": 86_400, "h": 3600, "m": 60, "s": 1,
    ]

    private func measurement(_ name: String, of type: String, _ help: String, _ value: (String) -> Double?) -> Measurement {
        let found = units.compactMap { unit in
            unit.type == type && !unit.zone.isEmpty ? value(unit.data).map { (LabelSet([("zone", unit.zone)]), $0) } : nil
        }
        let points = Dictionary(found) { first, _ in first }.map { Measurement.Point(labels: $0, value: $1) }
        return Measurement(name, .gauge, help: help, points: points.sorted { $0.labels.isListed(before: $1.labels) })
    }
}

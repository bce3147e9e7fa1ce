import PostwatchModel

/// The page `/json/v1/zones`.
struct BINDZones: Decodable {
    struct View: Decodable {
        let zones: [Zone]?
    }

    struct Zone: Decodable {
        let name: String
        let `class`: String
        /// `primary`, `secondary`, …; `builtin`: one that BIND has of its own, without content.
        let type: String
        /// Absent as long as the zone is not loaded.
        let serial: Double?
    }

    let views: [String: View]

    /// Nothing when there are more than `limit` zones.
    func measurements(upTo limit: Int) -> [Measurement] {
        let zones = views.flatMap { view, content in
            (content.zones ?? []).filter { $0.class == "IN" && $0.type != "builtin" }.map { (view: view, zone: $0) }
        }
        guard zones.count <= limit else { return [] }
        let serials = zones.compactMap { view, zone in
            zone.serial.map { (LabelSet([("view", view), ("zone_name", zone.name)]), $0) }
        }
        let points = Dictionary(serials) { first, _ in first }.map { Measurement.Point(labels: $0, value: $1) }
        return [
            Measurement(
                "bind_zone_serial", .gauge, help: "Serial of each zone that is loaded.",
                points: points.sorted { $0.labels.isListed(before: $1.labels) })
        ]
    }
}

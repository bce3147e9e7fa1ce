import PostwatchModel

/// What a Knot DNS tells of itself and its zones on its control socket, under knot_exporter's names.
///
/// The protocol is read here and not by libknot: it is small, and the agent stays without a library that holds 512 KiB of buffers.
/// Source: Knot DNS, "knotc" (`stats`, `zone-stats`, `zone-status`), "mod-stats".
struct KnotCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "Knot DNS"

    let name: String
    let settings: KnotSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let connection = try ServiceConnection(settings.address, timeout: timeout, clock: clock)
        // F: counters that are 0 too.
        let statistics = try KnotStatistics(ask("stats", flags: "F", zones: 0, connection), connection)
        guard let zoneCount = statistics.zoneCount else { throw connection.malformed("no zone-count in answer to stats") }
        var measurements = [up(true)] + statistics.measurements
        if (1.0...Double(max(1, settings.zones))).contains(zoneCount), settings.zones > 0 {
            let zones = Int(zoneCount)
            measurements += try KnotStatistics(ask("zone-stats", flags: "", zones: zones, connection), connection).measurements
            measurements += KnotZoneStatus(try ask("zone-status", flags: "", zones: zones, connection)).measurements
        }
        try? connection.send([0])
        return measurements.map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    /// One command and all of its answer.
    /// - Parameter zones: How many may be told of.
    private func ask(
        _ command: String, flags: String, zones: Int, _ connection: ServiceConnection
    ) throws(CollectionFailure) -> [KnotUnit] {
        try connection.send([1] + Self.field(0, command) + Self.field(1, flags) + [3])
        // All counters of all modules take 100 KiB, those of a zone less than 4 KiB.
        var parser = KnotAnswerParser(byteLimit: 1 << 20 + zones * 4096, unitLimit: 10_000 + zones * 100)
        while !parser.isComplete {
            guard let bytes = try connection.chunk() else {
                throw connection.malformed("the end of the connection instead of an answer to \(command)")
            }
            do throws(KnotAnswerParser.Fault) {
                try parser.consume(bytes)
            } catch {
                throw connection.malformed("\(error) in answer to \(command)")
            }
        }
        if let refusal = parser.units.first(where: { !$0.error.isEmpty }) {
            throw .refused(service: "\(settings.address)", reason: "\(command): \(refusal.error.prefix(200))")
        }
        return parser.units
    }

    private static func field(_ number: UInt8, _ text: String) -> [UInt8] {
        [16 + number, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + Array(text.utf8)
    }
}

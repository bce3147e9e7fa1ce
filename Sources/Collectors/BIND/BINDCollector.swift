import PostwatchModel

/// What a BIND tells on its statistics channel, under bind_exporter's names. Of the pages only those of the server and of the zones are
/// asked for: the others list every socket and every block of memory.
/// Source: BIND 9 Administrator Reference Manual, "statistics-channels"; checked against BIND 9.18.
struct BINDCollector: Collecting, ServiceCollecting {
    static let serviceName = "BIND"

    let name: String
    let settings: BINDSettings
    /// For all pages together.
    let timeout: Duration
    let clock: any Clock<Duration>

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        let elapsed = clock.stopwatch()
        guard let statistics = try await page(BINDStatistics.self, "server", within: timeout, upTo: Self.longestServerPage) else {
            throw .malformed(source: "\(settings.url)/json/v1/server", found: "a page of more than \(Self.longestServerPage) bytes")
        }
        var measurements = [up(true)] + statistics.measurements
        if settings.zones > 0 {
            let limit = Self.zonesPage + settings.zones * Self.bytesOfZone
            let zones = try await page(BINDZones.self, "zones", within: timeout - elapsed(), upTo: limit)
            measurements += zones?.measurements(upTo: settings.zones) ?? []
        }
        return measurements.map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    /// A view takes about 2 KiB.
    private static let longestServerPage = 1 << 20
    /// A zone takes 200 bytes, and 1 KiB with `zone-statistics full`; the zones that BIND has of its own take 20 KiB in each view.
    private static let bytesOfZone = 2048
    private static let zonesPage = 256 << 10

    /// `nil` when the page is longer than `limit` bytes.
    private func page<Page: Decodable>(
        _ type: Page.Type, _ path: String, within limit: Duration, upTo bytes: Int
    ) async throws(CollectionFailure) -> Page? {
        do throws(CollectionFailure) {
            return try await StatusPage(url: "\(settings.url)/json/v1/\(path)").json(type, within: limit, upTo: bytes)
        } catch .refused(let service, let reason) {
            throw .refused(service: service, reason: "\(reason); url must be that of statistics-channels in a BIND that speaks JSON")
        }
    }
}

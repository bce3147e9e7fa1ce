import PostwatchModel

@testable import Collectors

/// What another exporter tells on its page of metrics. Reads what Debian's exporters write, not every page there may be.
struct ExporterPage: Collecting {
    let name = "page"
    let url: String

    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        try await StatusPage(url: url).text(within: .seconds(5)).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(Self.measurement)
    }

    // MARK: - Private

    private static func measurement(_ line: Substring) -> Measurement {
        let value = line.split(separator: " ").last.flatMap { Double($0) } ?? .nan
        let series = line.dropLast((line.split(separator: " ").last?.count ?? 0) + 1)
        guard let open = series.firstIndex(of: "{") else {
            return Measurement(String(series), .unknown, help: "", value: value)
        }
        let labels = series[series.index(after: open)...].dropLast().split(separator: "\",").map { pair in
            let parts = pair.split(separator: "=\"", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1].hasSuffix("\"") ? parts[1].dropLast() : parts[1]) : "")
        }
        return Measurement(
            String(series[..<open]), .unknown, help: "", points: [Measurement.Point(labels: LabelSet(labels), value: value)])
    }
}

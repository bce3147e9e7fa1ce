import PostwatchModel

/// What `/api/v1/status/tsdb` answers. Source: Prometheus documentation, "HTTP API", "TSDB Stats".
struct TSDBStatus: Encodable {
    struct Head: Encodable {
        let numSeries: Int
        let numLabelPairs: Int
        let chunkCount: Int
        /// Milliseconds since the epoch, as the next; without samples the largest and the least number.
        let minTime: Int64
        let maxTime: Int64
    }

    struct Entry: Encodable {
        let name: String
        let value: Int
    }

    let headStats: Head
    let seriesCountByMetricName: [Entry]
    let labelValueCountByLabelName: [Entry]
    let memoryInBytesByLabelName: [Entry]
    let seriesCountByLabelValuePair: [Entry]

    init(_ cardinality: SeriesCardinality) {
        headStats = Head(
            numSeries: cardinality.series, numLabelPairs: cardinality.labelPairs, chunkCount: cardinality.chunks,
            minTime: cardinality.oldest?.milliseconds ?? .max, maxTime: cardinality.newest?.milliseconds ?? .min)
        seriesCountByMetricName = Self.entries(cardinality.seriesByMetric)
        labelValueCountByLabelName = Self.entries(cardinality.valuesByLabel)
        memoryInBytesByLabelName = Self.entries(cardinality.bytesByLabel)
        seriesCountByLabelValuePair = Self.entries(cardinality.seriesByPair)
    }

    // MARK: - Private

    private static func entries(_ counts: [SeriesCardinality.Count]) -> [Entry] {
        counts.map { Entry(name: $0.name, value: $0.count) }
    }
}

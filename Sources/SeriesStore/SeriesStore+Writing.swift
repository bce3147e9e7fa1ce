import ExpositionFormat
import PostwatchModel

extension SeriesStore: RemoteWriteReceiving, SampleAppending {
    /// Returns once the samples are in the journal, on disk, and visible to `select`. Throws `WriteRefusal`.
    public func write(_ body: RemoteWriteBody) async throws -> WriteReport {
        try await intake.write(body)
    }

    /// The same for samples that are made here. Throws `WriteRefusal`, also when one of the samples cannot be stored: `.malformed` then,
    /// and the others are.
    public func append(_ samples: [Sample]) async throws {
        var encoder = RemoteWriteEncoder()
        var rest = samples[...]
        while let labels = rest.first?.labels {
            let series = rest.prefix { $0.labels == labels }
            encoder.append(
                labels: labels.bytes,
                points: series.compactMap { sample in
                    guard sample.histogram == nil else { return nil }
                    return RemoteWriteRequest.Point(timestamp: sample.timestamp.milliseconds, value: sample.value)
                },
                histograms: series.compactMap { sample in
                    sample.histogram.map { RemoteWriteHistogram(HistogramPoint(timestamp: sample.timestamp.milliseconds, histogram: $0)) }
                })
            rest = rest[series.endIndex...]
        }
        let report = try await intake.write(.plain(encoder.bytes))
        if let fault = report.firstFault { throw WriteRefusal.malformed(reason: fault) }
    }
}

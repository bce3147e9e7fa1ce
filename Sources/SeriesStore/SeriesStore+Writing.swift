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
        var request = RemoteWriteRequest()
        var start = 0
        while start < samples.count {
            let labels = samples[start].labels
            let end = samples[start...].firstIndex { $0.labels != labels } ?? samples.count
            var series = RemoteWriteRequest.Series(
                labels: labels.labels.map { RemoteWriteRequest.Label(name: $0.name, value: $0.value) }, points: [])
            for sample in samples[start..<end] {
                let timestamp = sample.timestamp.milliseconds
                if let histogram = sample.histogram {
                    series.histograms.append(RemoteWriteHistogram(HistogramPoint(timestamp: timestamp, histogram: histogram)))
                } else {
                    series.points.append(RemoteWriteRequest.Point(timestamp: timestamp, value: sample.value))
                }
            }
            request.series.append(series)
            start = end
        }
        let report = try await intake.write(.plain(request.encoded()))
        if let fault = report.firstFault { throw WriteRefusal.malformed(reason: fault) }
    }
}

import ExpositionFormat
import Hummingbird
import PostwatchModel
import PostwatchRuntime

/// `GET /federate`: the latest sample of every series that a selector in `match[]` names, as text for another server to scrape.
/// Source: Prometheus documentation, "Federation".
public struct FederationRoute: Sendable {
    private let samples: any SampleQuerying
    private let externalLabels: LabelSet
    private let lookback: Duration
    private let world: World

    /// - Parameters:
    ///   - externalLabels: added to series that do not have them.
    ///   - lookback: how old a sample may be.
    public init(
        samples: any SampleQuerying, externalLabels: LabelSet = LabelSet(), lookback: Duration = .seconds(300), world: World
    ) {
        self.samples = samples
        self.externalLabels = externalLabels
        self.lookback = lookback
        self.world = world
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.on("/federate", method: .get) { request, _ in
            do {
                return try await answer(try await RequestParameters(request))
            } catch let failure as APIFailure {
                return .plain(failure.message + "\n", status: failure.kind.status)
            }
        }
        router.refuseMethods(besides: [.get], at: "/federate")
    }

    // MARK: - Private

    private func answer(_ parameters: RequestParameters) async throws -> Response {
        let now = world.now()
        var latest: [LabelSet: Sample] = [:]
        for selector in try parameters.selectors() {
            try await samples.select(SampleSelection(selector, from: now - lookback, through: now)) { batch in
                for series in batch.series {
                    guard let last = series.samples.last, !Sample.isStaleMarker(batch.values[last]) else { continue }
                    latest[series.labels] = Sample(
                        labels: series.labels, timestamp: Timestamp(milliseconds: batch.timestamps[last]), value: batch.values[last])
                }
            }
        }
        let text = OpenMetricsText.write(families(of: latest.values), as: .classic)
        return Response(
            status: .ok, headers: [.contentType: OpenMetricsText.Format.classic.contentType],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func families(of samples: some Sequence<Sample>) -> [MetricFamily] {
        let byMetric = Dictionary(grouping: samples) { $0.labels.metricName }.filter { !$0.key.isEmpty }
        return byMetric.sorted { $0.key < $1.key }.map { metric, samples in
            MetricFamily(
                name: metric, kind: .unknown,
                points: samples.sorted { $0.labels.isListed(before: $1.labels) }.map {
                    MetricPoint(labels: labels(of: $0.labels), value: .number($0.value), timestamp: $0.timestamp.milliseconds)
                })
        }
    }

    /// The series' own, then what is added. An empty `instance` keeps the scraping server from putting its own there.
    private func labels(of series: LabelSet) -> [MetricPoint.Label] {
        var labels = series.labels.filter { $0.name != LabelSet.metricNameLabel }.map { MetricPoint.Label(name: $0.name, value: $0.value) }
        for label in externalLabels.labels where series[label.name] == nil {
            labels.append(MetricPoint.Label(name: label.name, value: label.value))
        }
        if series["instance"] == nil, externalLabels["instance"] == nil { labels.append(MetricPoint.Label(name: "instance", value: "")) }
        return labels
    }
}

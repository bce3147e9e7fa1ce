import ExpositionFormat
import Hummingbird
import PostwatchModel

/// `POST /api/v1/write`: takes samples by Prometheus remote write 1.0.
///
/// 204 once every sample is durable. 400 when the request or one of its series is malformed: the good series are stored and the first
/// fault is named, as Prometheus does. 415 for another protocol. 503 when the store cannot take samples now: the sender keeps them.
public struct RemoteWriteRoute: Sendable {
    /// Largest body, compressed, and largest content that one may unfold to.
    private static let maximumBodyBytes = 32 << 20
    private static let maximumContentBytes = 128 << 20
    private let samples: any SampleAppending

    public init(samples: any SampleAppending) {
        self.samples = samples
    }

    public func add(to router: Router<some RequestContext>) {
        router.post("/api/v1/write") { request, _ in try await respond(to: request) }
    }

    // MARK: - Private

    private func respond(to request: Request) async throws -> Response {
        if let refusal = Self.refusal(of: request.headers) { return refusal }
        let body = try await request.body.collect(upTo: Self.maximumBodyBytes)
        let content: RemoteWriteRequest
        do {
            content = try RemoteWriteRequest(
                decoding: SnappyBlock.decompress(Array(body.readableBytesView), limit: Self.maximumContentBytes))
        } catch {
            return .plain("\(error)\n", status: .badRequest)
        }
        let (good, firstFault) = Self.samples(of: content)
        do {
            if !good.isEmpty { try await samples.append(good) }
        } catch {
            var response = Response.plain("samples cannot be stored now: \(error)\n", status: .serviceUnavailable)
            response.headers[.retryAfter] = "5"
            return response
        }
        if let firstFault { return .plain("\(firstFault); the other series of the request were stored\n", status: .badRequest) }
        return Response(status: .noContent)
    }

    private static func refusal(of headers: HTTPFields) -> Response? {
        let type = headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-protobuf"), !type.contains("io.prometheus.write.v2") else {
            return .plain(
                "send remote write 1.0: Content-Type application/x-protobuf, Content-Encoding snappy\n", status: .unsupportedMediaType)
        }
        let encoding = headers[.contentEncoding]?.lowercased() ?? "snappy"
        guard encoding == "snappy" else {
            return .plain("send the body with Content-Encoding snappy, not \(encoding)\n", status: .unsupportedMediaType)
        }
        return nil
    }

    /// The samples of the well-formed series, and what is wrong with the first of the others.
    private static func samples(of request: RemoteWriteRequest) -> (good: [Sample], firstFault: String?) {
        var good: [Sample] = []
        var firstFault: String?
        for series in request.series {
            switch labels(of: series) {
            case .failure(let fault): firstFault = firstFault ?? fault.description
            case .success(let labels):
                for point in series.points {
                    good.append(Sample(labels: labels, timestamp: Timestamp(milliseconds: point.timestamp), value: point.value))
                }
            }
        }
        if request.skipped.seriesWithInvalidText > 0 { firstFault = firstFault ?? "a series has a label that is not UTF-8" }
        return (good, firstFault)
    }

    private enum SeriesFault: Error, CustomStringConvertible {
        case noLabels
        case namelessLabel(metric: String)
        case repeatedLabel(metric: String)

        var description: String {
            switch self {
            case .noLabels: "a series has no labels"
            case .namelessLabel(let metric): "series \(metric) has a label without a name"
            case .repeatedLabel(let metric): "series \(metric) has a label twice"
            }
        }
    }

    /// One pass over the labels when they come as the specification wants them: sorted, each once, none empty.
    private static func labels(of series: RemoteWriteRequest.Series) -> Result<LabelSet, SeriesFault> {
        guard var previous = series.labels.first else { return .failure(.noLabels) }
        var isProper = !previous.name.isEmpty && !previous.value.isEmpty
        for label in series.labels.dropFirst() {
            isProper = isProper && previous.name < label.name && !label.value.isEmpty
            previous = label
        }
        if isProper { return .success(LabelSet(sorted: series.labels.map { LabelSet.Label(name: $0.name, value: $0.value) })) }
        let metric = series.labels.first { $0.name == LabelSet.metricNameLabel }?.value ?? "without a name"
        let names = series.labels.map(\.name)
        if names.contains("") { return .failure(.namelessLabel(metric: metric)) }
        if Set(names).count != names.count { return .failure(.repeatedLabel(metric: metric)) }
        return .success(LabelSet(series.labels.map { ($0.name, $0.value) }))
    }
}

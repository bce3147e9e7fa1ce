import ExpositionFormat

/// A sender's series: request `n` holds one sample of each, whose value tells sender, series and request apart.
struct NumberedSeries: Sendable {
    static let metric = "numbered_samples"

    let sender: Int
    let count: Int
    /// Time of request 0, in milliseconds; later ones follow at `step`.
    let start: Int64
    let step: Int64

    var selector: String { "\(Self.metric){sender=\"\(sender)\"}" }

    func time(of request: Int) -> Int64 { start + Int64(request) * step }

    func value(of series: Int, in request: Int) -> Double { Double((request * 16 + sender) * 1024 + series) }

    /// The request whose time this is; `nil` when it is that of none.
    func request(at time: Int64) -> Int? {
        let (request, rest) = (time - start).quotientAndRemainder(dividingBy: step)
        return rest == 0 && request >= 0 ? Int(request) : nil
    }

    func body(of request: Int) -> RemoteWriteRequest {
        RemoteWriteRequest(
            series: (0..<count).map { series in
                RemoteWriteRequest.Series(
                    labels: [
                        .init(name: "__name__", value: Self.metric), .init(name: "sender", value: "\(sender)"),
                        .init(name: "series", value: "\(series)"),
                    ], points: [.init(timestamp: time(of: request), value: value(of: series, in: request))])
            })
    }
}

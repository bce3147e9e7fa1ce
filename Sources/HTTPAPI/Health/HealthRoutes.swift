import Hummingbird

/// `/-/healthy`, `/-/ready` and `/metrics`.
public struct HealthRoutes: Sendable {
    private let readiness: @Sendable () async -> Readiness
    private let metrics: @Sendable () async -> String

    /// - Parameter metrics: the server's own metrics in Prometheus' text format 0.0.4.
    public init(readiness: @escaping @Sendable () async -> Readiness, metrics: @escaping @Sendable () async -> String) {
        self.readiness = readiness
        self.metrics = metrics
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/-/healthy", method: method) { _, _ in Response.plain("Postwatch is healthy.\n").forMethod(method) }
            router.on("/-/ready", method: method) { _, _ in
                let state = await readiness()
                let lines = [state.isReady ? "Postwatch is ready." : "Postwatch is not ready yet."] + state.remarks
                return Response.plain(lines.joined(separator: "\n") + "\n", status: state.isReady ? .ok : .serviceUnavailable)
                    .forMethod(method)
            }
        }
        router.on("/metrics", method: .get) { _, _ in
            let text = await metrics()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }
}

extension Response {
    /// An answer to HEAD has no body.
    fileprivate func forMethod(_ method: HTTPRequest.Method) -> Response {
        guard method == .head else { return self }
        var response = self
        response.body = ResponseBody()
        return response
    }
}

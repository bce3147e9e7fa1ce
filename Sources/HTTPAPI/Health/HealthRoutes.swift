import Hummingbird
import PostwatchModel

/// What a part of the server says about itself, for `/-/ready`.
public struct Readiness: Hashable, Sendable {
    public let isReady: Bool
    /// One line for each part that is not as it should be, ready or not.
    public let remarks: [String]

    public init(isReady: Bool, remarks: [String] = []) {
        self.isReady = isReady
        self.remarks = remarks
    }
}

/// `/-/healthy`, `/-/ready` and `/metrics`.
public struct HealthRoutes: Sendable {
    private let readiness: @Sendable () async -> Readiness
    private let metrics: @Sendable () async -> String

    /// - Parameter metrics: the server's own metrics in Prometheus' text format 0.0.4.
    public init(readiness: @escaping @Sendable () async -> Readiness, metrics: @escaping @Sendable () async -> String) {
        self.readiness = readiness
        self.metrics = metrics
    }

    public func add(to router: Router<some RequestContext>) {
        router.get("/-/healthy") { _, _ in Response.plain("Postwatch is healthy.\n") }
        router.get("/-/ready") { _, _ in
            let state = await readiness()
            let lines = [state.isReady ? "Postwatch is ready." : "Postwatch is not ready yet."] + state.remarks
            return Response.plain(lines.joined(separator: "\n") + "\n", status: state.isReady ? .ok : .serviceUnavailable)
        }
        router.get("/metrics") { _, _ in
            let text = await metrics()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }
}

import PostwatchModel
import PostwatchRuntime
import PromQL

/// Answers queries within what a request allows: its time, its look-back, and as long as whoever asked is there.
public struct QueryDesk: Sendable {
    /// Points per series of a range query, without the first. Source: Prometheus documentation, "HTTP API", "Range queries".
    static let maximumSteps = 11_000

    private let samples: any SampleQuerying
    private var limits: QueryLimits
    private let maximumTime: Duration
    private let allowsExperimental: Bool
    private let world: World

    /// - Parameters:
    ///   - maximumTime: what a query may take that names no `timeout`, and at most. Default: 2 min, as in Prometheus.
    ///   - allowsExperimental: admits what Prometheus calls experimental functions and modifiers.
    public init(
        samples: any SampleQuerying, limits: QueryLimits = QueryLimits(), maximumTime: Duration = .seconds(120),
        allowsExperimental: Bool = false, world: World
    ) {
        self.samples = samples
        self.limits = limits
        self.limits.maximumPoints = Self.maximumSteps + 1
        self.maximumTime = maximumTime
        self.allowsExperimental = allowsExperimental
        self.world = world
    }

    var now: Timestamp { world.now() }

    /// Reads the parameter `query`. Throws `APIFailure`.
    func query(of parameters: RequestParameters) throws(APIFailure) -> PromQLQuery {
        do throws(PromQLFault) {
            return try PromQLQuery(parameters.all("query").first ?? "", allowingExperimental: allowsExperimental)
        } catch {
            throw APIFailure.invalid("query", "\(error)")
        }
    }

    /// Calls `ask` with an engine of the limits that the request names. Throws `APIFailure` and what `ask` throws.
    func answer(
        _ parameters: RequestParameters, from client: (any ClientConnection)?,
        _ ask: @Sendable @escaping (QueryEngine) async throws -> QueryAnswer
    ) async throws -> QueryReply {
        var limits = limits
        if let lookback = try parameters.duration("lookback_delta"), lookback > .zero { limits.lookback = lookback }
        let engine = QueryEngine(samples: samples, limits: limits)
        let time = min(try parameters.duration("timeout") ?? maximumTime, maximumTime)
        let wantsStatistics = parameters.first("stats") != nil
        let start = wantsStatistics ? world.now() : nil
        let watch = RequestWatch(time: time, client: client, clock: world.clock)
        var answer = QueryReply(try await watch.run { try await ask(engine) })
        if let start { answer.statistics = QueryReply.Statistics(evaluation: world.now() - start) }
        return answer
    }
}

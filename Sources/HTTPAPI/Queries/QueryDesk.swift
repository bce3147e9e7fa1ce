import Hummingbird
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
    private let watch: RequestWatch
    private let small = SmallQueries()

    /// - Parameters:
    ///   - maximumTime: what a query may take that names no `timeout`, and at most. Default: 2 min, as in Prometheus.
    ///   - allowsExperimental: admits what Prometheus calls experimental functions and modifiers.
    ///   - executor: evaluates queries. Default: what runs all tasks, which two queries that take long may keep from everything else.
    public init(
        samples: any SampleQuerying, limits: QueryLimits = QueryLimits(), maximumTime: Duration = .seconds(120),
        allowsExperimental: Bool = false, executor: any TaskExecutor = globalConcurrentExecutor, world: World
    ) {
        self.samples = samples
        self.limits = limits
        self.limits.maximumPoints = Self.maximumSteps + 1
        self.maximumTime = maximumTime
        self.allowsExperimental = allowsExperimental
        self.world = world
        watch = RequestWatch(clock: world.clock, executor: executor)
    }

    /// Ends queries whose time is up or whose client went away, until it is cancelled. Without it they end by themselves only.
    /// Throws `CancellationError`.
    func watchRequests() async throws { try await watch.look() }

    var now: Timestamp { world.now() }

    /// Reads the parameter `query`. Throws `APIFailure`.
    func query(of parameters: RequestParameters) throws(APIFailure) -> PromQLQuery {
        do throws(PromQLFault) {
            return try PromQLQuery(parameters.all("query").first ?? "", allowingExperimental: allowsExperimental)
        } catch {
            throw APIFailure.invalid("query", "\(error)")
        }
    }

    /// Calls `ask` with an engine of the limits that the request names, and writes what it gives, of which `limit` elements at most.
    /// Throws `APIFailure` and what `ask` throws.
    /// - Parameter instant: the query, where `ask` answers it at one moment.
    func answer(
        _ parameters: RequestParameters, from client: (any ClientConnection)?, limit: Int?, instant: PromQLQuery? = nil,
        _ ask: @Sendable @escaping (QueryEngine) async throws -> QueryAnswer
    ) async throws -> Response {
        var limits = limits
        if let lookback = try parameters.duration("lookback_delta"), lookback > .zero { limits.lookback = lookback }
        let time = min(try parameters.duration("timeout") ?? maximumTime, maximumTime)
        let start = parameters.first("stats") == nil ? nil : world.now()
        if let instant, time > .zero, let answer = try await small.answer(instant, from: samples, limits: limits, ask) {
            return reply(answer, limit: limit, start: start)
        }
        let engine = QueryEngine(samples: samples, limits: limits)
        return try await watch.run(within: time, for: client) { reply(try await ask(engine), limit: limit, start: start) }
    }

    // MARK: - Private

    private func reply(_ answer: QueryAnswer, limit: Int?, start: Timestamp?) -> Response {
        var reply = QueryReply(answer)
        if let start { reply.statistics = QueryReply.Statistics(evaluation: world.now() - start) }
        if let limit { reply.truncate(to: limit) }
        return reply.response
    }
}

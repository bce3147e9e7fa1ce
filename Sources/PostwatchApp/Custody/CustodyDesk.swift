import Custody
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Gathers what journeys and agents tell of the ways of messages, stores it every moment, and joins it into chains of custody.
final class CustodyDesk: CustodyShowing {
    /// A message whose way is to be looked at once the agents beside the hops have told what they know.
    struct Due: Hashable {
        let probe: String
        let at: Timestamp
        let failure: String?
    }

    private struct State {
        var passages: [ProbePassage] = []
        var transits: [String: Transit] = [:]
        var due: [Due] = []
        /// Where a message was last, by the sentence of the run that did not see it; and those sentences, oldest first.
        var whereabouts: [String: String] = [:]
        var explained: [String] = []
        var clocks: [String: (at: Timestamp, known: [String: ClosedRange<Double>])] = [:]
    }

    /// What waits for the disk; beyond, the oldest runs are dropped and counted.
    private static let mostWaiting = 20_000
    private static let mostExplained = 1000
    /// Agents look at their logs every second, and push as often.
    private static let patience: [Duration] = [.seconds(4), .seconds(20)]
    /// Clocks drift slowly: what messages of the last minutes said holds so long.
    private static let clockMemory: Duration = .seconds(900)
    private static let clocksHoldFor: Duration = .seconds(10)

    private let store: any CustodyStoring
    private let books: any ProbeRecording
    private let world: World
    private let telemetry: Telemetry
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter books: what became of messages in the end, also of those whose run told nothing.
    init(store: any CustodyStoring, books: any ProbeRecording, world: World, telemetry: Telemetry, logger: Logger) {
        self.store = store
        self.books = books
        self.world = world
        self.telemetry = telemetry
        self.logger = logger
    }

    // MARK: What is told

    /// Takes in the way of a run's message, if it sent one.
    func take(_ run: JourneyRun) {
        guard let passage = run.passage, passage.isPlausible else { return }
        let now = world.now()
        state.withLock { state in
            guard state.passages.count < Self.mostWaiting else { return }
            state.passages.append(passage)
            guard state.due.count < Self.mostWaiting else { return }
            state.due += Self.patience.map { Due(probe: passage.probe, at: now + $0, failure: run.failure) }
        }
    }

    /// Looks for where a message was last that is lost.
    /// - Parameter sentence: what is said of that, to which the place is added once it is known.
    func follow(_ record: ProbeRecord, explaining sentence: String) {
        let due = Due(probe: record.id, at: world.now(), failure: sentence)
        state.withLock { state in
            if state.due.count < Self.mostWaiting { state.due.append(due) }
        }
    }

    /// Takes in what a log says of a message. Throws for what no agent tells.
    func take(_ transit: Transit) throws(ReportRefused) {
        guard transit.isPlausible else { throw ReportRefused("a transit is not as docs/formats/reports.md has it") }
        state.withLock { state in
            if state.transits.count < Self.mostWaiting || state.transits[transit.key] != nil { state.transits[transit.key] = transit }
        }
    }

    // MARK: What is known

    /// A journey's failure, with where its message was last, once that is known.
    func explained(_ failure: String) -> String {
        let place = state.withLock { $0.whereabouts[failure] }
        return place.map { "\(failure); last known at \($0)" } ?? failure
    }

    func chain(of name: String) async throws -> CustodyChain? {
        await flush()
        var found = try await passage(of: name)
        if found == nil { found = try await store.passages(ofJourney: name, limit: 1).first }
        guard let passage = found else { return nil }
        return try await chain(of: passage)
    }

    func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage] {
        await flush()
        return try await store.passages(ofJourney: journey, limit: limit)
    }

    // MARK: What is done about it

    /// Stores what has come. What cannot be stored is kept for the next time.
    func flush() async {
        let (passages, transits) = state.withLock { state in
            defer { (state.passages, state.transits) = ([], [:]) }
            return (state.passages, state.transits)
        }
        do {
            try await store.keep(passages, Array(transits.values), at: world.now())
        } catch {
            telemetry.report(CustodyNotStored(reason: "\(error)"), to: logger)
            state.withLock { state in
                state.passages = Array((passages + state.passages).prefix(Self.mostWaiting))
                state.transits.merge(transits) { newer, _ in newer }
            }
        }
    }

    func trim() async {
        do {
            try await store.trimCustody(at: world.now())
        } catch {
            telemetry.report(CustodyNotStored(reason: "\(error)"), to: logger)
        }
    }

    /// Messages to be looked at now, those first that were not seen; of more than `most` the others are left out: their clocks and dwell
    /// times are those of their neighbours.
    func takeDue(most: Int) -> [Due] {
        let now = world.now()
        let due = state.withLock { state in
            let due = state.due.filter { $0.at <= now }
            state.due.removeAll { $0.at <= now }
            return due
        }
        return Array((due.filter { $0.failure != nil } + due.filter { $0.failure == nil }.reversed()).prefix(most))
    }

    /// Looks at a message: remembers where it was last, and gives the series of its way.
    func assess(_ due: Due) async -> [Sample] {
        do {
            guard let passage = try await passage(of: due.probe) else { return [] }
            let chain = try await chain(of: passage)
            if let failure = due.failure, let place = chain.lastKnown { note(failure, place) }
            return chain.samples(at: world.now())
        } catch {
            telemetry.report(CustodyUnreadable(reason: "\(error)"), to: logger)
            return []
        }
    }

    // MARK: - Private

    /// With the time of its sighting where that was after its run.
    private func passage(of probe: String) async throws -> ProbePassage? {
        let known = try await store.passage(of: probe)
        if known?.visibleAt != nil { return known }
        let record = try await books.probes([probe]).first
        guard var passage = known else { return record.flatMap { ProbePassage($0) } }
        passage.visibleAt = record?.sighting?.at
        return passage
    }

    private func note(_ failure: String, _ place: String) {
        state.withLock { state in
            if state.whereabouts.updateValue(place, forKey: failure) == nil { state.explained.append(failure) }
            guard state.explained.count > Self.mostExplained else { return }
            state.whereabouts[state.explained.removeFirst()] = nil
        }
    }

    private func chain(of passage: ProbePassage) async throws -> CustodyChain {
        let transits = try await store.transits(of: [passage.probe])
        let clocks = try await clocks(for: passage)
        return Custody.chain(of: passage, transits: transits, clocks: clocks, at: world.now())
    }

    /// What messages from about that time say of the clocks of the hops.
    private func clocks(for passage: ProbePassage) async throws -> [String: ClosedRange<Double>] {
        let now = world.now()
        let isRecent = now - passage.startedAt < Self.clockMemory
        if isRecent, let held = state.withLock({ $0.clocks[passage.vantage] }), now - held.at < Self.clocksHoldFor { return held.known }
        let passages = try await store.deliveredPassages(
            from: passage.vantage, between: passage.startedAt - Self.clockMemory, and: passage.startedAt + .seconds(300),
            limit: Custody.mostEarlier)
        let transits = Dictionary(grouping: try await store.transits(of: passages.map(\.probe)), by: \.probe)
        let known = Custody.clocks(of: passages.map { ($0, transits[$0.probe] ?? []) })
        if isRecent { state.withLock { $0.clocks[passage.vantage] = (now, known) } }
        return known
    }
}

extension CustodyChain {
    /// `probe_hop_clock_skew_seconds{node}` for each clock, and `probe_hop_duration_seconds{node, stage}` for what a message spent where.
    func samples(at now: Timestamp) -> [Sample] {
        let skews = clocks.map { clock in
            Sample(
                labels: [LabelSet.metricNameLabel: "probe_hop_clock_skew_seconds", "node": clock.node, "vantage": vantage], timestamp: now,
                value: clock.seconds)
        }
        guard isDelivered else { return skews }
        var spent: [LabelSet: Double] = [:]
        for stretch in stretches where stretch.node != Self.probeNode {
            let labels: LabelSet = [
                LabelSet.metricNameLabel: "probe_hop_duration_seconds", "journey": journey, "vantage": vantage, "node": stretch.node,
                "stage": stretch.stage.name,
            ]
            spent[labels, default: 0] += stretch.duration.seconds
        }
        return skews + spent.map { Sample(labels: $0.key, timestamp: now, value: $0.value) }
    }
}

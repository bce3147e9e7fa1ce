import Custody
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Joins what journeys and agents tell of the ways of messages into chains of custody, and looks at each message soon after its run.
///
/// What agents tell is on disk before this hears of it; what the server's own runs tell is brought there every moment.
final class CustodyDesk: CustodyShowing {
    /// A message whose way is to be looked at once the agents beside the hops have told what they know.
    struct Due: Hashable {
        let probe: String
        let at: Timestamp
        /// The time that its gauges are of: soon after its run, however late that was told.
        let stamp: Timestamp
        /// Why its run failed; `nil` when the message was seen.
        let failure: String?
    }

    private struct State {
        /// Of the server's own runs, on their way to the disk, oldest first.
        var passages: [ProbePassage] = []
        /// Messages that were not seen: each is looked at, in the order of time.
        var failures: [Due] = []
        /// Messages that were seen: some are looked at.
        var successes: [Due] = []
        /// Where a message was last, by the sentence of the run that did not see it; and those sentences, oldest first.
        var whereabouts: [String: String] = [:]
        var explained: [String] = []
        /// By vantage.
        var clocks: [String: (at: Timestamp, known: [String: ClosedRange<Double>])] = [:]
        var pacing = LogPacing<String>()

        /// Drops the oldest beyond `limit`; returns how many.
        mutating func boundPassages(to limit: Int) -> Int {
            let excess = max(0, passages.count - limit)
            passages.removeFirst(excess)
            return excess
        }
    }

    /// What waits for the disk; beyond, the oldest go, and are counted.
    private static let mostWaiting = 20_000
    /// Messages not seen that wait to be looked at; beyond, new ones are not, which is counted.
    private static let mostFailures = 20_000
    /// Messages seen that wait to be looked at: half a minute of more than anybody sends.
    private static let mostSuccesses = 10_000
    /// Of those, so many are looked at in one round: the clocks and dwell times of the others are those of their neighbours.
    private static let successesPerRound = 5
    private static let mostExplained = 5000
    /// Agents look at their logs every second, and push as often.
    private static let patience: [Duration] = [.seconds(4), .seconds(20)]
    /// Clocks drift slowly: what messages of the last minutes said holds so long.
    private static let clockMemory: Duration = .seconds(900)
    private static let clocksHoldFor: Duration = .seconds(10)
    private static let mostClocks = 500

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

    /// Takes in the way of the message of one of the server's own runs, if it sent one.
    func take(_ run: JourneyRun) {
        guard let passage = run.passage, passage.isPlausible else { return }
        let dropped = state.withLock { state in
            state.passages.append(passage)
            return state.boundPassages(to: Self.mostWaiting)
        }
        note(droppedPassages: dropped)
        watch(run)
    }

    /// A run is to be looked at whose message's way is on disk already, or will soon be.
    func watch(_ run: JourneyRun) {
        guard let passage = run.passage else { return }
        let now = world.now()
        let end = min(run.finishedAt, now)
        enqueue(Self.patience.map { Due(probe: passage.probe, at: now + $0, stamp: end + $0, failure: run.failure) })
    }

    /// Looks for where a message was last that is lost.
    /// - Parameter sentence: what is said of that, to which the place is added once it is known.
    func follow(_ record: ProbeRecord, explaining sentence: String) {
        let now = world.now()
        enqueue([Due(probe: record.id, at: now, stamp: min(record.settledAt ?? now, now), failure: sentence)])
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
        if found == nil { found = try await passages(ofJourney: name, limit: 1).first }
        guard let passage = found else { return nil }
        return try await chain(of: passage)
    }

    func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage] {
        await flush()
        let passages = try await store.passages(ofJourney: journey, limit: limit)
        let ends = try await ends(of: passages.map(\.probe))
        return passages.map { $0.ended(as: ends[$0.probe]) }
    }

    // MARK: What is done about it

    /// Stores what has come. What cannot be stored is kept for the next time, as far as there is room.
    func flush() async {
        let passages = state.withLock { state in
            defer { state.passages = [] }
            return state.passages
        }
        do {
            try await store.keep(passages, [], at: world.now())
        } catch {
            if !(error is CancellationError) { note(notStored: error) }
            let dropped = state.withLock { state in
                state.passages = passages + state.passages
                return state.boundPassages(to: Self.mostWaiting)
            }
            note(droppedPassages: dropped)
        }
    }

    func trim() async {
        do {
            try await store.trimCustody(at: world.now())
        } catch {
            note(notStored: error)
        }
    }

    /// Messages to be looked at now: those first that were not seen, oldest first, of which the rest is looked at the next time; then some
    /// that were seen.
    func takeDue(most: Int) -> [Due] {
        let now = world.now()
        return state.withLock { state in
            let failures = Array(state.failures.filter { $0.at <= now }.sorted { $0.at < $1.at }.prefix(most))
            if !failures.isEmpty {
                let taken = Set(failures)
                state.failures.removeAll(where: taken.contains)
            }
            let successes = state.successes.filter { $0.at <= now }.suffix(min(Self.successesPerRound, most - failures.count))
            state.successes.removeAll { $0.at <= now }
            return failures + successes.sorted { $0.stamp < $1.stamp }
        }
    }

    /// Looks at a message: remembers where it was last, and gives the series of its way.
    func assess(_ due: Due) async -> [Sample] {
        do {
            guard let passage = try await passage(of: due.probe) else { return [] }
            let chain = try await chain(of: passage)
            if let failure = due.failure, let place = chain.lastKnown { note(failure, place) }
            return chain.samples(at: min(due.stamp, world.now()))
        } catch {
            let isNew = state.withLock { $0.pacing.admits("unreadable", at: world.now()) }
            tell(CustodyUnreadable(reason: "\(error)"), isNew: isNew)
            return []
        }
    }

    // MARK: - Private

    private func enqueue(_ due: [Due]) {
        let (dropped, isNew) = state.withLock { state -> (Int, Bool) in
            var dropped = 0
            for one in due {
                if one.failure == nil {
                    if state.successes.count < Self.mostSuccesses { state.successes.append(one) }
                } else if state.failures.count < Self.mostFailures {
                    state.failures.append(one)
                } else {
                    dropped += 1
                }
            }
            return (dropped, dropped > 0 && state.pacing.admits("explanations", at: world.now()))
        }
        guard dropped > 0 else { return }
        tell(ExplanationsDropped(amount: dropped), isNew: isNew)
    }

    /// A disk that is full is tried every second.
    private func note(notStored error: any Error) {
        let isNew = state.withLock { $0.pacing.admits("not stored", at: world.now()) }
        tell(CustodyNotStored(reason: "\(error)"), isNew: isNew)
    }

    private func note(droppedPassages dropped: Int) {
        guard dropped > 0 else { return }
        let isNew = state.withLock { $0.pacing.admits("passages", at: world.now()) }
        tell(CustodyPassagesDropped(amount: dropped), isNew: isNew)
    }

    private func tell(_ fact: some Fact, isNew: Bool) {
        if isNew { telemetry.report(fact, to: logger) } else { telemetry.count(fact) }
    }

    /// With what the books say of its end.
    private func passage(of probe: String) async throws -> ProbePassage? {
        let record = try await ends(of: [probe])[probe]
        guard let known = try await store.passage(of: probe) else { return record.flatMap { ProbePassage($0) }?.ended(as: record) }
        return known.ended(as: record)
    }

    /// What the books know of messages: the server's own, and for those of other vantages what these told.
    private func ends(of probes: [String]) async throws -> [String: ProbeRecord] {
        let (told, own) = (try await store.reportedEnds(of: probes), try await books.probes(probes))
        return Dictionary((own + told).map { ($0.id, $0) }) { own, _ in own }
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
        let isRecent = passage.startedAt <= now && now - passage.startedAt < Self.clockMemory
        if isRecent, let held = state.withLock({ $0.clocks[passage.vantage] }), now - held.at < Self.clocksHoldFor { return held.known }
        let passages = try await store.deliveredPassages(
            from: passage.vantage, between: passage.startedAt - Self.clockMemory, and: passage.startedAt + .seconds(300),
            limit: Custody.mostEarlier)
        let transits = Dictionary(grouping: try await store.transits(of: passages.map(\.probe)), by: \.probe)
        let known = Custody.clocks(of: passages.map { ($0, transits[$0.probe] ?? []) })
        if isRecent {
            state.withLock { state in
                if state.clocks.count >= Self.mostClocks { state.clocks = state.clocks.filter { now - $0.value.at < Self.clocksHoldFor } }
                if state.clocks.count < Self.mostClocks { state.clocks[passage.vantage] = (now, known) }
            }
        }
        return known
    }
}

struct CustodyPassagesDropped: Fact {
    static let counter = "custody_passages_dropped"
    static let help = "Ways of probe messages that were dropped since the disk took none and too many waited."
    static let level = Logger.Level.error
    static let message: Logger.Message = "Ways of probe messages are dropped: the disk takes none, and too many wait"
    let amount: Int
    var metadata: Logger.Metadata { ["dropped": "\(amount)"] }
}

struct ExplanationsDropped: Fact {
    static let counter = "custody_explanations_dropped"
    static let help = "Looks for where a message that was not seen was last that were not taken since too many waited."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "Too many messages were not seen: where some of them were last is not looked for; ask for each"
    let amount: Int
    var metadata: Logger.Metadata { ["dropped": "\(amount)"] }
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

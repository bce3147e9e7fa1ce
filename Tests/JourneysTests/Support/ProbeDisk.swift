import PostwatchModel
import Synchronization

/// Keeps books in memory, over several journeys that stand for several processes.
final class ProbeDisk: ProbeRecording {
    struct Full: Error, CustomStringConvertible {
        let description = "no space"
    }

    private struct State {
        var noted: [ProbeChange] = []
        var records: [String: ProbeRecord] = [:]
        var tallies: [String: ProbeTally] = [:]
        var isBroken = false
        var questions: [[String]] = []
    }

    private let state = Mutex(State())

    init(isBroken: Bool = false) {
        self.isBroken = isBroken
    }

    /// What was asked for, each time.
    var questions: [[String]] { state.withLock(\.questions) }

    /// Nothing can be written.
    var isBroken: Bool {
        get { state.withLock(\.isBroken) }
        set { state.withLock { $0.isBroken = newValue } }
    }

    /// What is on disk: only `flush` brings it there.
    var records: [String: ProbeRecord] { state.withLock(\.records) }

    func account(of journey: String, vantage: String) throws -> ProbeAccount {
        write()
        return state.withLock { state in
            ProbeAccount(
                tally: state.tallies[journey] ?? ProbeTally(),
                outstanding: state.records.values.filter { $0.journey == journey && $0.isOutstanding })
        }
    }

    func note(_ change: ProbeChange) { state.withLock { $0.noted.append(change) } }

    func flush() async throws {
        guard !isBroken else { throw Full() }
        write()
    }

    func probes(_ ids: [String]) async throws -> [ProbeRecord] {
        state.withLock { $0.questions.append(ids.sorted()) }
        write()
        return ids.compactMap { records[$0] }
    }

    private func write() {
        state.withLock { state in
            for change in state.noted {
                state.tallies[change.journey] = change.tally
                for record in change.records { state.records[record.id] = record }
            }
            state.noted = []
        }
    }
}

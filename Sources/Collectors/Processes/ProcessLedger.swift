/// What groups of processes used up since the agent began to look: sums that never fall, also when processes end.
///
/// They start at 0 and not at what the processes had used before: after a restart of the agent the sum over those that live would look
/// like a counter that went on from somewhere else, which `rate()` takes for work.
struct ProcessLedger: Sendable {
    /// What one process, or all of a group, used.
    struct Usage: Hashable, Sendable {
        var userTicks: UInt64 = 0
        var systemTicks: UInt64 = 0
        var majorFaults: UInt64 = 0
    }

    /// By group.
    private(set) var totals: [Usage]
    private var known: [ProcessIdentity: Usage] = [:]
    /// When the last round began, in ticks since the machine started; `nil` before the first.
    private var lastRound: UInt64?

    init(groupCount: Int) {
        totals = [Usage](repeating: Usage(), count: groupCount)
    }

    /// Takes a round: every process that is in a group, each once.
    /// - Parameter now: When it began, in ticks since the machine started.
    mutating func enter(_ members: [(group: Int, process: ProcessStatus)], at now: UInt64) {
        var seen: [ProcessIdentity: Usage] = [:]
        seen.reserveCapacity(members.count)
        for (group, process) in members {
            let usage = Usage(userTicks: process.userTicks, systemTicks: process.systemTicks, majorFaults: process.majorFaults)
            // One that started since the last round did all its work in between; of another that is new here nobody knows when.
            let isYoung = lastRound.map { process.id.startTicks >= $0 } ?? false
            totals[group].add(usage, since: known[process.id] ?? (isYoung ? Usage() : usage))
            seen[process.id] = usage
        }
        known = seen
        lastRound = now
    }
}

extension ProcessLedger.Usage {
    fileprivate mutating func add(_ now: Self, since before: Self) {
        userTicks += now.userTicks - min(now.userTicks, before.userTicks)
        systemTicks += now.systemTicks - min(now.systemTicks, before.systemTicks)
        majorFaults += now.majorFaults - min(now.majorFaults, before.majorFaults)
    }
}

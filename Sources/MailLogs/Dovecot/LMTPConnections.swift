/// When the connections of LMTP began that are open. Bounded: the older half makes room.
///
/// Not saved with the account: of what was under way when an agent ended it is not known.
struct LMTPConnections: Sendable {
    /// As many processes as a busy server runs.
    static let limit = 1000

    /// A process serves one connection at a time.
    private struct Key: Hashable, Sendable {
        let host: UInt32
        let process: Int
    }

    private var begun: [Key: TraceMoment] = [:]

    mutating func begin(host: UInt32, process: Int, at moment: TraceMoment) {
        begun[Key(host: host, process: process)] = moment
        guard begun.count > Self.limit else { return }
        for (key, _) in begun.sorted(by: { $0.value.milliseconds < $1.value.milliseconds }).prefix(Self.limit / 2) { begun[key] = nil }
    }

    mutating func end(host: UInt32, process: Int) { begun[Key(host: host, process: process)] = nil }

    func beginning(host: UInt32, process: Int) -> TraceMoment? { begun[Key(host: host, process: process)] }
}

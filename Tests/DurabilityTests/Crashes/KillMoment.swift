/// When a server is killed.
enum KillMoment: Hashable, Sendable {
    /// So many milliseconds after it was ready, under load.
    case underLoad(after: Int)
    /// The same, when it flushes each second: around the flush.
    case aroundFlush(after: Int)
    /// So many milliseconds after it was asked to end: in its last flush.
    case whileEnding(after: Int)
    /// So many milliseconds after it was started: while it replays the journal.
    case whileStarting(after: Int)

    static func random(using random: inout some RandomNumberGenerator) -> KillMoment {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<11: .underLoad(after: Int.random(in: 20...400, using: &random))
        case 11..<13: .aroundFlush(after: Int.random(in: 950...1250, using: &random))
        case 13..<17: .whileEnding(after: Int.random(in: 0...120, using: &random))
        default: .whileStarting(after: Int.random(in: 0...150, using: &random))
        }
    }

    /// Whether samples may have gone from the journal into day files before the kill.
    var mayFlush: Bool {
        switch self {
        case .underLoad, .whileStarting: false
        case .aroundFlush, .whileEnding: true
        }
    }
}

import PostwatchModel

/// Whether a journey is up at one vantage: fast to suspect, slower to condemn and to acquit.
///
/// A pure machine: outcomes of runs in, state and wish for a repeat out. Runs of the beat and repeats count alike; who keeps the beat repeats
/// one at a time, whatever the beat does meanwhile.
public struct ConfirmationTracker: Sendable {
    private enum Phase: Hashable, Sendable {
        case good
        /// Runs on the beat fail; not enough of them yet.
        case slow(failures: Int)
        /// Repeats are under way.
        case rapid(repeats: Int, failures: Int)
        /// Condemned; so many good runs in a row since.
        case down(good: Int)
    }

    public let policy: ConfirmationPolicy
    /// The last verdict: `false` from when failures were confirmed until several good runs; `nil` before the first.
    public private(set) var isUp: Bool?
    /// When the first of the failed runs began that have not been outweighed yet; `nil` while all is well.
    public private(set) var failingSince: Timestamp?
    private var phase: Phase = .good
    private var newestStart: Timestamp?
    /// What a run may be older than the one before it. Further back the clock has been set back.
    private static let longestOverlap = Duration.seconds(600)

    public init(_ policy: ConfirmationPolicy) {
        self.policy = policy
    }

    /// `nil` before the first run.
    public var state: JourneyState? {
        switch phase {
        case .good: isUp == nil ? nil : .up
        case .slow, .rapid: .suspect
        case .down: .down
        }
    }

    /// Takes in how a run ended. Returns after how long the journey is to be repeated, `nil` when its beat is soon enough.
    /// - Parameter startedAt: a good run that began before the newest one counts for nothing: it tells of what was.
    public mutating func observe(isSuccess: Bool, startedAt: Timestamp) -> Duration? {
        if let newestStart, newestStart - startedAt > Self.longestOverlap { self.newestStart = startedAt }
        if isSuccess, let newestStart, startedAt < newestStart { return nil }
        newestStart = max(newestStart ?? startedAt, startedAt)
        if !isSuccess { failingSince = min(failingSince ?? startedAt, startedAt) }
        phase = isSuccess ? afterSuccess() : afterFailure()
        switch phase {
        case .good:
            isUp = true
            failingSince = nil
            return nil
        case .slow: return nil
        case .rapid: return policy.interval
        case .down(let good):
            isUp = false
            return good > 0 ? policy.interval : nil
        }
    }

    // MARK: - Private

    private func afterSuccess() -> Phase {
        switch phase {
        case .good, .slow: .good
        case .rapid(let repeats, let failures): verdict(repeats: repeats + 1, failures: failures)
        case .down(let good): good + 1 >= policy.recoveries ? .good : .down(good: good + 1)
        }
    }

    private func afterFailure() -> Phase {
        switch phase {
        case .good: afterFailures(1)
        case .slow(let failures): afterFailures(failures + 1)
        case .rapid(let repeats, let failures): verdict(repeats: repeats + 1, failures: failures + 1)
        case .down: .down(good: 0)
        }
    }

    private func afterFailures(_ failures: Int) -> Phase {
        failures < policy.failures ? .slow(failures: failures) : verdict(repeats: 0, failures: 0)
    }

    /// As soon as it is certain, not only when all repeats are done.
    private func verdict(repeats: Int, failures: Int) -> Phase {
        if failures >= policy.failing { return .down(good: 0) }
        let missing = policy.failing - failures
        return policy.repeats - repeats < missing ? .good : .rapid(repeats: repeats, failures: failures)
    }
}

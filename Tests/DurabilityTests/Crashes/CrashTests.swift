import Foundation
import Testing

/// A real server, killed again and again under load, always in the same data directory: damage would add up.
///
/// `POSTWATCH_CRASH_SEED` repeats the kill moments of a run, `POSTWATCH_CRASH_KILLS` sets their number.
@Suite("A server that is killed", .serialized, .timeLimit(.minutes(10)))
struct CrashTests {
    @Test("holds every acknowledged sample exactly once after each of 60 kills, and nothing that was never sent")
    func kills() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["POSTWATCH_CRASH_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        let kills = environment["POSTWATCH_CRASH_KILLS"].flatMap { Int($0) } ?? 60
        var trial = CrashTrial(seed: seed)
        for kill in 1...kills {
            do {
                try await trial.round()
            } catch {
                Issue.record("seed \(seed), kill \(kill) (\(trial.moment)): \(error)\n\(trial.log.suffix(3000))")
                return
            }
        }
        do {
            try await trial.finish()
        } catch {
            Issue.record("seed \(seed), after \(kills) kills: \(error)\n\(trial.log.suffix(3000))")
        }
    }
}

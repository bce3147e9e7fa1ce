import PostwatchModel
import TestSupport
import Testing

@Suite("A beat")
struct BeatTests {
    @Test(
        "starts strictly after the moment, on its phase",
        arguments: [(0, 10), (9, 10), (10, 70), (69, 70), (70, 130), (-1, 10), (-50, 10), (-51, -50)] as [(Int64, Int64)])
    func start(moment: Int64, expected: Int64) {
        let beat = Beat(every: .milliseconds(60), phase: .milliseconds(10))
        #expect(beat.start(after: Timestamp(milliseconds: moment)) == Timestamp(milliseconds: expected))
    }

    @Test("holds its rules for any interval, phase and moment")
    func properties() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let step = Int64.random(in: 1...100_000, using: &generator)
            let beat = Beat(
                every: .milliseconds(step), phase: .milliseconds(Int64.random(in: -200_000...200_000, using: &generator)))
            #expect(beat.phase >= .zero && beat.phase < beat.interval)
            let moment = Timestamp(milliseconds: Int64.random(in: -1_000_000...2_000_000_000_000, using: &generator))
            let next = beat.start(after: moment)
            #expect(next > moment && next - moment <= beat.interval, "the next start is at most one interval away")
            #expect((next.milliseconds - beat.phase.wholeMilliseconds) % step == 0, "starts lie on multiples of the interval")
            #expect(beat.start(after: next) - next == beat.interval, "starts follow each other at the interval")
            #expect(beat.start(after: next - .milliseconds(1)) == next)
            let later = moment + .milliseconds(Int64.random(in: 0...1_000_000, using: &generator))
            let count = beat.starts(after: moment, through: later)
            #expect(count == 0 ? later < next : (next + beat.interval * Int(count - 1)) <= later)
            #expect(next + beat.interval * Int(count) > later, "no start in the range was left out")
        }
    }

    @Test("counts the starts that were missed")
    func missed() {
        let beat = Beat(every: .seconds(60))
        let start = Timestamp(milliseconds: 0)
        #expect(beat.starts(after: start, through: start) == 0)
        #expect(beat.starts(after: start, through: start + .seconds(60)) == 1)
        #expect(beat.starts(after: start, through: start + .seconds(185)) == 3)
        #expect(beat.starts(after: start, through: start - .seconds(10)) == 0)
    }

    @Test("spreads by name evenly, and each name always to the same place")
    func spread() {
        let beats = (0..<1000).map { Beat(every: .seconds(60), spreadBy: "journey-\($0)") }
        #expect(beats == (0..<1000).map { Beat(every: .seconds(60), spreadBy: "journey-\($0)") })
        for quarter in 0..<4 {
            let share = beats.count { $0.phase >= .seconds(15 * quarter) && $0.phase < .seconds(15 * (quarter + 1)) }
            #expect((180...320).contains(share), "\(share) of 1000 fall into quarter \(quarter)")
        }
    }
}

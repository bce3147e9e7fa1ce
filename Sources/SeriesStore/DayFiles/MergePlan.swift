/// Which runs of a day file are to become one. Pure.
///
/// A flush makes a run of level 0. Several neighbouring runs of a level become one of the next, so that a day with hundreds of flushes is
/// rewritten a handful of times. A day that is over is merged into a single run once.
struct MergePlan: Hashable, Sendable {
    /// A sorted sequence of blocks.
    struct Run: Hashable, Sendable {
        var number: Int64
        /// The lowest of its blocks.
        var level: Int
        var samples: Int
    }

    /// So many neighbours of a level are worth a merge: each sample is rewritten about once per factor of this in the number of flushes.
    static let runsPerMerge = 8
    /// From this level on a run holds everything of a day that is over.
    static let closedLevel = 16

    /// The runs to merge. The result takes the number of the first.
    var runs: ClosedRange<Int64>
    /// The level of the result; blocks of lower levels are taken in.
    var level: Int

    /// The merge that is due, or `nil`.
    /// - Parameters:
    ///   - runs: all of a file, by number.
    ///   - isClosed: no more than a few late samples are still to come.
    init?(_ runs: [Run], isClosed: Bool) {
        if isClosed {
            self.init(closing: runs)
        } else {
            self.init(growing: runs)
        }
    }

    /// Everything into one run; `nil` when that is done.
    init?(compacting runs: [Run]) {
        guard let first = runs.first, let last = runs.last, runs.contains(where: { $0.level < Self.closedLevel }) else { return nil }
        self.init(runs: first.number...last.number, level: Self.levelAbove(runs))
    }

    init(runs: ClosedRange<Int64>, level: Int) {
        self.runs = runs
        self.level = level
    }

    // MARK: - Private

    /// Once everything is merged, samples that came late wait until they are worth rewriting the day.
    private init?(closing runs: [Run]) {
        let late = runs.filter { $0.level < Self.closedLevel }
        let lateSamples = late.reduce(0) { $0 + $1.samples }
        let settledSamples = runs.reduce(0) { $0 + $1.samples } - lateSamples
        guard late.count == runs.count || late.count >= Self.runsPerMerge || lateSamples * 8 >= settledSamples else { return nil }
        self.init(compacting: runs)
    }

    private init?(growing runs: [Run]) {
        for level in Set(runs.map(\.level)).sorted() where level < Self.closedLevel {
            var neighbours: [Run] = []
            for run in runs {
                if run.level <= level {
                    neighbours.append(run)
                } else {
                    if neighbours.count >= Self.runsPerMerge { break }
                    neighbours = []
                }
            }
            if neighbours.count >= Self.runsPerMerge {
                self.init(runs: neighbours[0].number...neighbours[neighbours.count - 1].number, level: level + 1)
                return
            }
        }
        return nil
    }

    private static func levelAbove(_ runs: [Run]) -> Int {
        max(closedLevel, (runs.map(\.level).max() ?? 0) + 1)
    }
}

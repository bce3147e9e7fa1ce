import Foundation

/// The table: one line per figure, with the median of several runs and how far they lie apart.
struct Report {
    /// What a figure counts, and how its seconds are scaled.
    enum Unit: String {
        case nanosecondsPerSample = "ns/sample"
        case microsecondsPerSeries = "µs/series"
        case microseconds = "µs"
        case bytesPerSample = "bytes/sample"

        fileprivate var perSecond: Double {
            switch self {
            case .nanosecondsPerSample: 1e9
            case .microsecondsPerSeries, .microseconds: 1e6
            case .bytesPerSample: 1
            }
        }
    }

    private var lines: [[String]] = [["figure", "median", "lowest", "highest", "unit", "of"]]
    /// How often everything is measured, after one run that is not counted.
    let runs: Int

    init(runs: Int) {
        self.runs = runs
    }

    /// Measures the CPU time of `body`, which is given what `setUp` made for this run and the number of the run, 0 for the first.
    /// - Parameters:
    ///   - count: how many of the things that `unit` speaks of one run is about.
    ///   - what: the same in words.
    mutating func measure<State>(
        _ name: String, _ unit: Unit, count: Int, of what: String, setUp: (Int) throws -> State, body: (State) throws -> Void
    ) rethrows {
        var seconds: [Double] = []
        for run in 0...runs {
            let state = try setUp(run)
            seconds.append(try Processor.seconds { try body(state) })
        }
        add(name, unit, seconds.dropFirst().map { $0 * unit.perSecond / Double(count) }, of: what)
    }

    mutating func measure(_ name: String, _ unit: Unit, count: Int, of what: String, body: () throws -> Void) rethrows {
        try measure(name, unit, count: count, of: what, setUp: { _ in }, body: { _ in try body() })
    }

    /// Adds a figure that was measured elsewhere, in its unit, of each run.
    mutating func add(_ name: String, _ unit: Unit, _ values: [Double], of what: String) {
        let sorted = values.sorted()
        guard let lowest = sorted.first, let highest = sorted.last else { return }
        lines.append([
            name, Self.text(sorted[sorted.count / 2]), Self.text(lowest), Self.text(highest), unit.rawValue, what,
        ])
        FileHandle.standardError.write(Data("\(name)\n".utf8))
    }

    /// Markdown.
    var table: String {
        var rows = lines.map { "| \($0.joined(separator: " | ")) |" }
        rows.insert("|---|---:|---:|---:|---|---|", at: 1)
        return rows.joined(separator: "\n")
    }

    // MARK: - Private

    private static func text(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
    }
}

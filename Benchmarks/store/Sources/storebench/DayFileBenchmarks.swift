import Foundation
import PostwatchModel

@testable import SeriesStore

/// Two hours of 10,000 series in a day file.
struct DayFileBenchmarks {
    let load: HostLoad
    let directory: String

    func run(into report: inout Report) throws {
        let what = "\(load.seriesCount) series × \(load.steps)"
        let day = Day(containing: HostLoad.start)
        var batch = SeriesBatch()
        for series in 0..<load.seriesCount { batch.append(load.labels[series], load.columns(of: series)) }
        var bytes = 0.0
        try report.measure(
            "day file: write", .nanosecondsPerSample, count: load.sampleCount, of: what,
            setUp: { try DayFile(.day(day), directory: makeDirectory("day-\($0)")) },
            body: { file in
                try file.write(batch)
                bytes = try Self.size(of: file.path)
            })
        report.add("day file: size, index included", .bytesPerSample, [bytes / Double(load.sampleCount)], of: what)
        let file = try DayFile(.day(day), directory: makeDirectory("day"))
        try file.write(batch)
        let cpu = LabelMatcher("__name__", equals: "node_cpu_seconds_total")
        for (name, matchers) in [("one metric", [cpu]), ("one host", [LabelMatcher("instance", equals: HostLoad.instance(7))])] {
            let found = try Self.select(matchers, in: file)
            try report.measure(
                "day file: select \(name)", .nanosecondsPerSample, count: found.samples, of: "\(found.series) series × \(load.steps)"
            ) {
                let again = try Self.select(matchers, in: file)
                precondition(again == found, "The file does not change")
            }
        }
    }

    // MARK: - Private

    private func makeDirectory(_ name: String) throws -> String {
        let path = "\(directory)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func select(_ matchers: [LabelMatcher], in file: DayFile) throws -> (series: Int, samples: Int) {
        let selection = try file.selectBlocking(matchers, from: file.day.start, through: file.day.end)
        return (selection.series.count, selection.series.reduce(0) { $0 + $1.columns.count })
    }

    private static func size(of path: String) throws -> Double {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.size] as? NSNumber)?.doubleValue ?? 0
    }
}

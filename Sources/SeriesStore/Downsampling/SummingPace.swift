/// How much is summed up at once, so that flushes do not wait for long.
struct SummingPace: Sendable {
    /// A call does so many parts.
    var parts = 8
    /// A part is over after so many samples or series: about a tenth of a second of work.
    var samplesAtOnce = 500_000
    var seriesAtOnce = 4096
    /// The same for series with late samples, all of whose samples of a day are read again.
    var lateSeriesAtOnce = 256
}

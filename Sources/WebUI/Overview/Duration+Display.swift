import PostwatchModel

extension Duration {
    /// `0.4 ms`, `38 ms`, `1.25 s`: as precise as a person needs it.
    var millisecondsText: String {
        let milliseconds = seconds * 1000
        if milliseconds < 10 { return "\((milliseconds * 10).rounded() / 10) ms" }
        if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
        return "\((milliseconds / 10).rounded() / 100) s"
    }

    /// `12s`, `3m20s`, `2h5m`: two units at most.
    var coarseText: String {
        let whole = max(0, Int(seconds.rounded()))
        if whole < 3600 { return Duration.seconds(whole).prometheusText }
        return Duration.seconds(whole / 60 * 60).prometheusText
    }
}

extension Timestamp {
    /// `14:02:07`, in UTC.
    var clockText: String { String(rfc3339.dropFirst(11).prefix(8)) }

    /// `2026-08-20 14:02:07`, in UTC.
    var dateAndClockText: String { "\(rfc3339.prefix(10)) \(clockText)" }
}

/// The days that the samples of one request are of. Each day is a file: one request may not make thousands.
struct RequestDays {
    /// More than a year at once.
    static let limit = 400

    /// `nil` when the request spans so little time that nothing has to be counted.
    private var days: Set<Day>?

    init(_ request: IntakeRequest) {
        var (first, last) = (Int64.max, Int64.min)
        for timestamp in request.columns.timestamps {
            first = min(first, timestamp)
            last = max(last, timestamp)
        }
        for case .success(let point) in request.histograms.map(\.content) {
            first = min(first, point.timestamp)
            last = max(last, point.timestamp)
        }
        let (span, overflows) = last.subtractingReportingOverflow(first)
        // Nothing at all has a negative span.
        if overflows ? last > first : span > Int64(Self.limit - 1) * Day.milliseconds { days = [] }
    }

    /// Why a sample at this time is one too many; `nil` when it is not.
    @inline(__always)
    mutating func fault(of timestamp: Int64) -> SeriesFault? {
        days == nil ? nil : counted(timestamp)
    }

    // MARK: - Private

    private mutating func counted(_ timestamp: Int64) -> SeriesFault? {
        let day = Day(containing: timestamp)
        if days?.contains(day) ?? true { return nil }
        if days?.count == Self.limit { return .tooManyDays(limit: Self.limit) }
        days?.insert(day)
        return nil
    }
}

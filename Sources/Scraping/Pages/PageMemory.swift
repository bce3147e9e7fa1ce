import ExpositionFormat
import PostwatchModel

/// Turns the pages of one target into remote-write requests, one after the other; remembers what is needed to do that fast and to end
/// the series that vanish.
///
/// Either all samples of a page are written or none: a failure writes stale markers for all that was alive.
struct PageMemory {
    let labelling: SeriesLabelling
    let honorsTimestamps: Bool
    let keepsClassicBuckets: Bool
    private let tracksTimestampStaleness: Bool
    var known = KnownSeries()
    var comments = KnownComments()
    private var page: UInt32 = 0
    /// Of the page at hand.
    private(set) var time: Int64 = 0
    private var requestBytes = 1024
    /// Where the page at hand is: the series that is expected next, and the one that came last.
    private var expected = 0
    private var last = -1
    private var outcome = PageOutcome()
    private let reports: [[UInt8]]
    private var isReporting = false
    /// Where the samples of a page of messages go while it is read, and why they may not.
    var messages: (writer: RequestWriter, failure: ScrapeFailure?)?

    /// The series about the target itself, in the order in which they are written.
    private static let reportNames = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added",
    ]

    init(
        labelling: SeriesLabelling, honorsTimestamps: Bool = true, tracksTimestampStaleness: Bool = false, keepsClassicBuckets: Bool = false
    ) {
        self.keepsClassicBuckets = keepsClassicBuckets
        self.labelling = labelling
        self.honorsTimestamps = honorsTimestamps
        self.tracksTimestampStaleness = tracksTimestampStaleness
        reports = Self.reportNames.map(labelling.reportLabels)
    }

    /// Reads a page; what it gives is written by `request`.
    /// - Parameter time: of samples that name none; milliseconds since the epoch.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer, as format: ScrapeProtocol, time: Int64
    ) -> (writer: RequestWriter, outcome: PageOutcome) {
        var writer = RequestWriter(time: time, capacity: requestBytes)
        begin(time)
        do throws(ScrapeFailure) {
            if let dialect = format.dialect {
                try readText(ExpositionText(bytes, as: dialect), bytes, into: &writer)
            } else {
                try readMessages(bytes, into: &writer)
            }
            if labelling.limits.samples > 0, outcome.kept > labelling.limits.samples {
                outcome.added = min(outcome.added, labelling.limits.samples)
                throw .tooManySamples(limit: labelling.limits.samples)
            }
            comments.endPage()
            comments.writeNews(to: &writer)
            endVanished(in: &writer)
            return (writer, outcome)
        } catch {
            return fail(error, time: time)
        }
    }

    /// No page was got: everything that was alive ends.
    mutating func miss(_ failure: ScrapeFailure, time: Int64) -> (writer: RequestWriter, outcome: PageOutcome) {
        outcome = PageOutcome()
        return fail(failure, time: time)
    }

    /// Adds the series about the target itself and gives the request.
    mutating func finish(_ result: (writer: RequestWriter, outcome: PageOutcome), duration: Duration) -> [UInt8] {
        var writer = result.writer
        let outcome = result.outcome
        let values = [
            outcome.failure == nil ? 1 : 0, duration.seconds, Double(outcome.scraped), Double(outcome.kept), Double(outcome.added),
        ]
        for (labels, value) in zip(reports, values) { labels.withUnsafeBytes { writer.sample($0, value) } }
        isReporting = true
        let request = writer.finish()
        if outcome.failure == nil { requestBytes = request.count + request.count / 16 + 1024 }
        return request
    }

    /// The target goes away: a request that ends all its series; `nil` when there are none.
    mutating func farewell(time: Int64) -> [UInt8]? {
        guard isReporting else { return nil }
        self.time = time
        var writer = RequestWriter(time: time, capacity: requestBytes)
        endAll(in: &writer)
        for labels in reports { labels.withUnsafeBytes { writer.sample($0, Sample.staleMarker) } }
        isReporting = false
        return writer.finish()
    }

    /// The request was stored: what it said of metric families need not be said again.
    mutating func settle() {
        comments.settle()
    }

    /// What the target said of its metric families.
    var metadata: [String: MetricMetadata] { comments.metadata }

    /// How many series are remembered, for tests.
    var seriesCount: Int { known.entries.count }

    // MARK: - Private

    private mutating func begin(_ time: Int64) {
        self.time = time
        page &+= 1
        expected = 0
        last = -1
        outcome = PageOutcome()
        comments.beginPage()
    }

    private mutating func fail(_ failure: ScrapeFailure, time: Int64) -> (writer: RequestWriter, outcome: PageOutcome) {
        self.time = time
        var writer = RequestWriter(time: time, capacity: requestBytes)
        endAll(in: &writer)
        // Pages that always fail, each with other series, must not fill the memory.
        known.forgetGone()
        outcome.failure = failure
        return (writer, outcome)
    }

    private mutating func readText(
        _ reader: ExpositionText, _ bytes: UnsafeRawBufferPointer, into writer: inout RequestWriter
    ) throws(ScrapeFailure) {
        var text = reader
        while true {
            let start: Int
            let line: ExpositionLine?
            do throws(ExpositionFault) {
                try followKnown(&text, bytes, into: &writer)
                start = text.offset
                line = try text.next()
            } catch {
                throw .malformedPage(error)
            }
            switch line {
            case nil: return
            case .comment(let comment):
                let end = bytes[text.offset - 1] == UInt8(ascii: "\n") ? text.offset - 1 : text.offset
                comments.take(comment, line: start..<end, in: bytes)
            case .sample(let sample): try takeUnexpected(sample, bytes, into: &writer)
            }
        }
    }

    /// Reads on as long as the page is like the one before.
    private mutating func followKnown(
        _ text: inout ExpositionText, _ page: UnsafeRawBufferPointer, into writer: inout RequestWriter
    ) throws(ExpositionFault) {
        // A reference of its own: nothing is added to the bytes meanwhile.
        let bytes = known.bytes
        let fault: ExpositionFault? = bytes.withUnsafeBytes { bytes in
            do throws(ExpositionFault) {
                while true {
                    comments.skip(in: &text)
                    guard expected < known.entries.count else { return nil }
                    let entry = known.entries[expected]
                    guard let sample = try text.sample(of: entry.text(in: bytes)) else { return nil }
                    let index = expected
                    last = index
                    expected = Int(entry.next)
                    try take(index, sample, labels: entry.labels(in: bytes), page, into: &writer)
                }
            } catch {
                return error
            }
        }
        if let fault { throw fault }
    }

    /// A sample of a series that is new, or that stands in another place than on the page before.
    private mutating func takeUnexpected(
        _ sample: ExpositionLine.Sample, _ page: UnsafeRawBufferPointer, into writer: inout RequestWriter
    ) throws(ScrapeFailure) {
        let limit = labelling.limits.samples
        if limit > 0, outcome.kept > limit {
            // Only counted from here on: nothing of the page will be kept.
            outcome.scraped += 1
            outcome.kept += 1
            return
        }
        let index = try number(of: UnsafeRawBufferPointer(rebasing: page[sample.series]))
        let bytes = known.bytes
        let fault: ExpositionFault? = bytes.withUnsafeBytes { bytes in
            do throws(ExpositionFault) {
                try take(index, sample, labels: known.entries[index].labels(in: bytes), page, into: &writer)
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw .malformedPage(fault) }
    }

    /// The number of a series, which becomes the successor of the one before.
    mutating func number(of series: UnsafeRawBufferPointer) throws(ScrapeFailure) -> Int {
        let index: Int
        if let found = known.find(series) {
            index = found
        } else {
            do throws(ScrapeFailure) {
                index = known.add(series, labels: try labelling.labels(of: series) ?? [])
            } catch {
                // A series that breaks a limit was read, as Prometheus counts.
                if error.isOfLabelLimits { outcome.scraped += 1 }
                throw error
            }
        }
        if last >= 0 { known.entries[last].next = Int32(index) }
        last = index
        expected = Int(known.entries[index].next)
        return index
    }

    @inline(__always)
    private mutating func take(
        _ index: Int, _ sample: ExpositionLine.Sample, labels: UnsafeRawBufferPointer, _ page: UnsafeRawBufferPointer,
        into writer: inout RequestWriter
    ) throws(ExpositionFault) {
        let timestamp = honorsTimestamps ? sample.timestamp : nil
        guard isToBeWritten(index, hasOwnTime: timestamp != nil) else { return }
        if let exemplar = sample.exemplar {
            let bytes = UnsafeRawBufferPointer(rebasing: page[exemplar])
            guard let exemplar = ExpositionExemplar(bytes) else {
                throw .malformedExemplar(line: 1 + page[..<sample.series.lowerBound].count { $0 == UInt8(ascii: "\n") })
            }
            writer.series(labels, RequestWriter.fields(value: sample.value, at: timestamp ?? time, exemplar: exemplar))
        } else if let timestamp {
            writer.sample(labels, sample.value, at: timestamp)
        } else {
            writer.sample(labels, sample.value)
        }
    }

    /// Counts a sample; false when a rule drops it or when the page held it already.
    mutating func isToBeWritten(_ index: Int, hasOwnTime: Bool) -> Bool {
        outcome.scraped += 1
        let isRepeated = known.entries[index].page == page
        known.entries[index].page = page
        if known.entries[index].isDropped { return false }
        outcome.kept += 1
        if isRepeated && !hasOwnTime { return false }
        if !known.entries[index].isAnnounced {
            known.entries[index].isAnnounced = true
            outcome.added += 1
        }
        known.entries[index].isHistogram = false
        known.entries[index].isTracked = !hasOwnTime || tracksTimestampStaleness
        return true
    }

    // MARK: Stale markers

    /// The page was read as a whole: what it did not hold has ended.
    private mutating func endVanished(in writer: inout RequestWriter) {
        var hasGone = false
        for index in known.entries.indices {
            if known.entries[index].page == page {
                known.entries[index].isLive = known.entries[index].isTracked && !known.entries[index].isDropped
                known.entries[index].isGone = false
                continue
            }
            if known.entries[index].isLive { end(index, in: &writer) }
            known.entries[index].isGone = true
            known.entries[index].isAnnounced = false
            hasGone = true
        }
        if hasGone { known.forgetGone() }
    }

    private mutating func endAll(in writer: inout RequestWriter) {
        for index in known.entries.indices where known.entries[index].isLive { end(index, in: &writer) }
    }

    private mutating func end(_ index: Int, in writer: inout RequestWriter) {
        known.entries[index].isLive = false
        let isHistogram = known.entries[index].isHistogram
        known.withLabels(of: index) { labels in
            if isHistogram {
                writer.series(labels, RequestWriter.staleHistogram(at: time))
            } else {
                writer.sample(labels, Sample.staleMarker)
            }
        }
    }
}

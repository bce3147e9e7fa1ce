import PostwatchModel

extension SeriesStore: SeriesListing {
    /// The lock on memory is held for so many series at once.
    private static let listedAtOnce = 1024

    /// From memory when the time range lies inside of the memory window; day files are asked for what is older. Throws
    /// `SeriesStoreFailure` and `CancellationError`, as the other listings.
    public func series(
        _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [LabelSet] {
        var found: Set<LabelSet> = []
        try await forEachSeries(selectors, from: start, through: end) { _ in
            true
        } take: {
            found.insert(LabelSet(canonical: $0))
        }
        let sorted = found.sorted { $0.isListed(before: $1) }
        return Array(sorted.prefix(limit ?? sorted.count))
    }

    public func labelNames(
        _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String] {
        let found = FoundTexts()
        try await forEachSeries(selectors, from: start, through: end) { labels in
            var cursor = LabelBytes.Cursor(labels)
            while let pair = cursor.next() {
                if !found.contains(pair.name) { return true }
            }
            return false
        } take: { labels in
            var cursor = LabelBytes.Cursor(labels)
            while let pair = cursor.next() { found.insert(pair.name) }
        }
        return found.sorted(limit: limit)
    }

    public func labelValues(
        of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String] {
        let name = Array(name.utf8)
        let found = FoundTexts()
        try await forEachSeries(selectors, from: start, through: end) { labels in
            name.withUnsafeBytes { LabelBytes.value(of: $0, in: labels) }.map { !found.contains($0) } ?? false
        } take: { labels in
            if let value = name.withUnsafeBytes({ LabelBytes.value(of: $0, in: labels) }) { found.insert(value) }
        }
        return found.sorted(limit: limit)
    }

    // MARK: - Private

    /// Hands over the label bytes of series that satisfy one of `selectors` and have samples in the range; some of them more than once.
    /// - Parameter isWanted: asked before it is found out whether a series has samples, which costs more.
    private func forEachSeries(
        _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp,
        _ isWanted: (UnsafeRawBufferPointer) -> Bool, take: (UnsafeRawBufferPointer) -> Void
    ) async throws {
        guard start <= end else { return }
        let range = start.milliseconds...end.milliseconds
        // Until the end of the reading memory forgets nothing, so that series and floor stay what they are.
        let floor = memory.withLock { $0.beginReading() }
        defer { memory.withLock { $0.endReading() } }
        for matchers in selectors.isEmpty ? [[]] : selectors {
            let numbers = try memory.numbers(matching: matchers) { try Task.checkCancellation() }
            for first in stride(from: 0, to: numbers.count, by: Self.listedAtOnce) {
                try Task.checkCancellation()
                memory.withLock { recent in
                    for number in numbers[first..<min(first + Self.listedAtOnce, numbers.count)] {
                        let labels = recent.labelBytes(of: number)
                        if isWanted(labels), recent.hasSamples(number, in: range) { take(labels) }
                    }
                }
            }
            guard range.lowerBound < floor else { continue }
            for span in shelf.spans where span.start <= range.upperBound && span.end >= range.lowerBound && span.start < floor {
                try Task.checkCancellation()
                for labels in try await series(matchers, in: range, of: span) {
                    labels.bytes.withUnsafeBytes { if isWanted($0) { take($0) } }
                }
            }
        }
    }

    /// A file that turns out damaged is set aside and has no series. Of summaries those of the last values are asked for: all have one.
    private func series(
        _ matchers: [LabelMatcher], in range: ClosedRange<Int64>, of span: StoredSpan
    ) async throws(SeriesStoreFailure) -> Set<LabelSet> {
        guard let matchers = span.isMonth ? SummaryColumn.matchers(matchers, columns: [.last]) : matchers else { return [] }
        let found = try await reading(span) { file async throws(SeriesStoreFailure) in
            try await file.series(matchers, from: max(range.lowerBound, span.start), through: min(range.upperBound, span.end))
        }
        guard let found else { return [] }
        shelf.noteDamagedBlocks(found.damagedBlocks, of: span)
        return span.isMonth ? Set(found.labels.compactMap { SummaryColumn.split($0)?.labels }) : found.labels
    }
}

/// Different texts, kept as bytes: asking whether one is there makes no text.
private final class FoundTexts {
    private var texts = InternTable()

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        texts.number(of: text) != nil
    }

    func insert(_ text: UnsafeRawBufferPointer) {
        _ = texts.intern(text)
    }

    /// By their bytes.
    func sorted(limit: Int?) -> [String] {
        let order = (0..<texts.count).sorted { LabelBytes.compare(texts[$0], texts[$1]) < 0 }
        return order.prefix(limit ?? order.count).map { String(decoding: texts[$0], as: UTF8.self) }
    }
}

extension RecentSamples {
    /// Whether a series has a sample in the range. Where the newest one lies in it, no other is looked at.
    fileprivate func hasSamples(_ number: UInt32, in range: ClosedRange<Int64>) -> Bool {
        let newest = newest(of: number)
        if newest < range.lowerBound { return false }
        if newest <= range.upperBound, !read(number, from: newest, through: newest).isEmpty { return true }
        return !read(number, from: range.lowerBound, through: range.upperBound).isEmpty
    }
}

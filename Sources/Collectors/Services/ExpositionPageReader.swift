import ExpositionFormat
import PostwatchModel

/// Gathers what a page in Prometheus' format says, line by line, and gives it as measurements at its end.
struct ExpositionPageReader {
    /// The youngest time on the page, in milliseconds since the epoch.
    private(set) var newest: Int64?

    private let taken: Set<String>
    private var families: [String: Family] = [:]
    private var samples: [Sample] = []
    private var known: Set<LabelSet> = []

    init(taken: Set<String>) {
        self.taken = taken
    }

    mutating func read(_ page: UnsafeRawBufferPointer, as dialect: ExpositionText.Dialect) throws(ExpositionPageFault) {
        var text = ExpositionText(page, as: dialect)
        while true {
            let line: ExpositionLine?
            do throws(ExpositionFault) {
                line = try text.next()
            } catch {
                throw .unreadable(error)
            }
            switch line {
            case nil: return
            case .comment(let comment): try note(comment, page)
            case .sample(let sample): try note(sample, page)
            }
        }
    }

    /// One measurement for each metric, in the order of the page.
    func measurements(of service: String) throws(ExpositionPageFault) -> [Measurement] {
        let prefix = service + "_"
        guard samples.contains(where: { $0.name.hasPrefix(prefix) }) else { throw .otherService(prefix: prefix) }
        let places = samples.map(place)
        let broken = Set(zip(samples, places).filter { !$1.isSound($0) }.map(\.1.metric))
        var order: [Place.Head] = []
        var points: [Place.Head: [Measurement.Point]] = [:]
        // The name in front may make one that the page has already.
        var told: Set<LabelSet> = []
        for (sample, place) in zip(samples, places) {
            // A histogram of which a part is none is passed on number by number.
            let place = broken.contains(place.metric) && place.kind == .histogram ? place.asNumber(named: sample.name) : place
            let name = place.metric.hasPrefix(prefix) ? place.metric : prefix + place.metric
            if name == prefix + "up" { continue }
            let series = sample.labels.merging([LabelSet.metricNameLabel: name + place.suffix])
            guard told.insert(series).inserted else { continue }
            let head = Place.Head(metric: name, kind: place.kind, help: place.help)
            if points[head] == nil { order.append(head) }
            points[head, default: []].append(Measurement.Point(suffix: place.suffix, labels: sample.labels, value: sample.value))
        }
        return order.map { Measurement($0.metric, $0.kind, help: $0.help, points: points[$0] ?? []) }
    }

    // MARK: - Private

    private struct Family {
        /// As the text formats write it.
        var type = ""
        var help = ""
    }

    private struct Sample {
        let name: String
        /// Without the name.
        let labels: LabelSet
        let value: Double
    }

    /// Where a sample belongs.
    private struct Place {
        struct Head: Hashable {
            let metric: String
            let kind: Measurement.Kind
            let help: String
        }

        let metric: String
        let kind: Measurement.Kind
        let help: String
        /// Of a histogram's sample.
        var suffix = ""

        /// False for a part of a histogram that is none: a bucket without a bound, a count that counts nothing.
        func isSound(_ sample: Sample) -> Bool {
            guard kind == .histogram else { return true }
            switch suffix {
            case "_bucket": return sample.labels["le"].flatMap(Double.init) != nil && UInt64(exactly: sample.value) != nil
            case "_count": return UInt64(exactly: sample.value) != nil
            case "_sum": return true
            default: return false
            }
        }

        func asNumber(named name: String) -> Place {
            Place(metric: name, kind: .unknown, help: help)
        }
    }

    /// What the samples of a family of that type have behind its name.
    private static let suffixes: [(type: String, suffixes: [String])] = [
        ("histogram", ["_bucket", "_sum", "_count"]), ("summary", ["_sum", "_count"]), ("counter", ["_total", "_created"]),
        ("info", ["_info"]),
    ]

    private mutating func note(_ comment: ExpositionLine.Comment, _ page: UnsafeRawBufferPointer) throws(ExpositionPageFault) {
        guard comment.topic != .unit else { return }
        guard comment.family.count <= ExpositionPage.seriesLengthLimit else {
            throw .tooLongSeries(Self.excerpt(page, comment.family), limit: ExpositionPage.seriesLengthLimit)
        }
        let name = String(decoding: page[comment.family], as: UTF8.self)
        let length = comment.topic == .help ? ExpositionPage.helpLimit : 32
        // A character that was cut becomes one that says so.
        let bytes = ExpositionLabels.unescaped(UnsafeRawBufferPointer(rebasing: page[comment.text.prefix(length)]))
        let text = String(decoding: bytes, as: UTF8.self)
        switch comment.topic {
        case .help: families[name, default: Family()].help = text
        case .type: families[name, default: Family()].type = text.lowercased().trimmingBlanks()
        case .unit: break
        }
        guard families.count <= ExpositionPage.seriesLimit else { throw .tooManyMetrics(limit: ExpositionPage.seriesLimit) }
    }

    private mutating func note(_ line: ExpositionLine.Sample, _ page: UnsafeRawBufferPointer) throws(ExpositionPageFault) {
        guard line.series.count <= ExpositionPage.seriesLengthLimit else {
            throw .tooLongSeries(Self.excerpt(page, line.series), limit: ExpositionPage.seriesLengthLimit)
        }
        guard let read = ExpositionLabels(UnsafeRawBufferPointer(rebasing: page[line.series])),
            let series = series(read.labels)
        else { throw .oddSeries(Self.excerpt(page, line.series)) }
        if let time = line.timestamp { newest = max(newest ?? time, time) }
        guard known.insert(series.labels.merging([LabelSet.metricNameLabel: series.name])).inserted else { return }
        guard samples.count < ExpositionPage.seriesLimit else { throw .tooManySeries(limit: ExpositionPage.seriesLimit) }
        samples.append(Sample(name: series.name, labels: series.labels, value: line.value))
    }

    /// `nil` when a label comes twice, or has a name that the text formats cannot write without quotes.
    private func series(_ read: [ExpositionLabels.Label]) -> (name: String, labels: LabelSet)? {
        var labels: [String: String] = [:]
        for label in read {
            let name = String(decoding: label.name, as: UTF8.self)
            guard labels.updateValue(String(decoding: label.value, as: UTF8.self), forKey: name) == nil else { return nil }
        }
        guard let metric = labels.removeValue(forKey: LabelSet.metricNameLabel), Self.isName(metric, orColons: true),
            labels.keys.allSatisfy({ Self.isName($0, orColons: false) })
        else { return nil }
        for name in taken.sorted() {
            guard let value = labels.removeValue(forKey: name) else { continue }
            var free = "exported_" + name
            while labels[free] != nil || taken.contains(free) { free = "exported_" + free }
            labels[free] = value
        }
        return (metric, LabelSet(labels.map { ($0.key, $0.value) }))
    }

    private func place(_ sample: Sample) -> Place {
        let name = sample.name
        if let family = families[name], !family.type.isEmpty {
            return Place(metric: name, kind: Self.kind(family.type), help: family.help)
        }
        for (type, suffixes) in Self.suffixes {
            for suffix in suffixes where name.hasSuffix(suffix) {
                let base = String(name.dropLast(suffix.count))
                guard let family = families[base], family.type == type else { continue }
                if type == "histogram" { return Place(metric: base, kind: .histogram, help: family.help, suffix: suffix) }
                let kind: Measurement.Kind =
                    switch suffix {
                    case "_total": .counter
                    case "_info": .gauge
                    default: .unknown
                    }
                return Place(metric: name, kind: kind, help: family.help)
            }
        }
        return Place(metric: name, kind: .unknown, help: families[name]?.help ?? "")
    }

    private static func kind(_ type: String) -> Measurement.Kind {
        switch type {
        case "counter": .counter
        case "gauge", "info", "stateset": .gauge
        case "histogram": .histogram
        default: .unknown
        }
    }

    private static func isName(_ text: String, orColons: Bool) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || (orColons && $0 == 58)
        }
    }

    private static func excerpt(_ page: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: page[range.prefix(100)], as: UTF8.self)
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        var text = self
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }
}

import PostwatchModel

/// Which information is known about which target, at every step.
struct InformationTable {
    /// Information metrics of one name: for each target and step the number of the newest series, or -1.
    private typealias Targets = [LabelSet: [Int32]]

    /// What names a target. The same for all information metrics.
    private static let identifyingLabels = ["instance", "job"]

    private let request: InformationRequest
    private let identity = LabelProjection(keeping: Self.identifyingLabels)
    private var series: [LabelSet] = []
    private var byName: [String: Targets] = [:]

    /// Reads what there is to know about `targets`. Throws when two series say something about one target at one time.
    init(_ request: InformationRequest, for targets: [Row], in evaluator: Evaluator) throws(QueryFailure) {
        self.request = request
        var values: [String: Set<String>] = [:]
        for label in Self.identifyingLabels {
            let found = Set(targets.compactMap { $0.labels[label] })
            if !found.isEmpty { values[label] = found }
        }
        if values.isEmpty { return }
        let isWanted = { (labels: LabelSet) in values.allSatisfy { $0.value.contains(labels[$0.key] ?? "") } }
        try evaluator.stream(request.selector) { (row) throws(QueryFailure) in
            if row.hasHistograms, isWanted(row.labels) { throw .execution("info sample should be float") }
        }
        // Seconds, of the newest series so far.
        var times: [[Double]] = []
        try evaluator.stream(request.selector, giving: .time) { (row) throws(QueryFailure) in
            if isWanted(row.labels) { try add(row, &times) }
        }
    }

    /// The row with the labels that are known, as several rows where they change on the way. None where information that must be there
    /// is missing.
    func completing(_ row: Row) throws(QueryFailure) -> [Row] {
        let key = identity(row.labels)
        let columns = byName.sorted { $0.key < $1.key }.compactMap { $0.value[key] }
        var rows: [[Int32]: Row] = [:]
        for step in row.values.indices {
            guard let element = row.element(step) else { continue }
            let known = columns.map { $0[step] }.filter { $0 >= 0 }
            if known.isEmpty, !request.mayBeAbsent { continue }
            if rows[known] == nil {
                var completed = Row(labels: try completing(row.labels, known), steps: row.values.count)
                completed.losesName = row.losesName
                rows[known] = completed
            }
            rows[known]?.set(element, step)
        }
        return Array(rows.values)
    }

    // MARK: - Private

    private mutating func add(_ row: Row, _ times: inout [[Double]]) throws(QueryFailure) {
        let (name, key, number) = (row.labels.metricName, identity(row.labels), Int32(series.count))
        series.append(row.labels)
        times.append(row.values)
        var newest = byName[name]?[key] ?? Array(repeating: -1, count: row.values.count)
        for step in row.values.indices where !row.values[step].isAbsent {
            let known = newest[step]
            if known >= 0 {
                let (time, knownTime) = (row.values[step], times[Int(known)][step])
                if time < knownTime { continue }
                guard time > knownTime else {
                    throw .execution(
                        "found duplicate series for info metric: existing \(series[Int(known)].listText) @ \(Int64(knownTime * 1000)), "
                            + "new \(row.labels.listText) @ \(Int64(time * 1000))")
                }
            }
            newest[step] = number
        }
        byName[name, default: [:]][key] = newest
    }

    private func completing(_ labels: LabelSet, _ known: [Int32]) throws(QueryFailure) -> LabelSet {
        var added: [(String, String)] = []
        for number in known {
            for label in series[Int(number)].labels where request.includes(label.name) {
                if let other = added.first(where: { $0.0 == label.name }) {
                    guard other.1 == label.value else { throw .execution("conflicting label: \(label.name)") }
                } else if labels[label.name] == nil {
                    added.append((label.name, label.value))
                }
            }
        }
        return added.isEmpty ? labels : labels.merging(LabelSet(added))
    }
}

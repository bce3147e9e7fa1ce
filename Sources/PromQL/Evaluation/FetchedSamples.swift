import PostwatchModel

/// The samples of one query, fetched before its evaluation.
struct FetchedSamples {
    private struct Fetched {
        let selection: SelectionPlan.Selection
        var batches: [SampleBatch] = []
    }

    private var fetched: [Fetched] = []
    private(set) var count = 0

    mutating func add(_ batch: SampleBatch, for selection: SelectionPlan.Selection) {
        count += batch.timestamps.count + batch.histograms.count
        if let index = fetched.firstIndex(where: { $0.selection == selection }) {
            fetched[index].batches.append(batch)
        } else {
            fetched.append(Fetched(selection: selection, batches: [batch]))
        }
    }

    /// The series of the selection that covers what is wanted; they may reach farther on both sides. Without any when nothing was found.
    func batches(_ wanted: SelectionPlan.Selection) -> [SampleBatch] {
        fetched.first { $0.selection.covers(wanted) }?.batches ?? []
    }
}

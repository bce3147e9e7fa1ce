import PostwatchModel

/// One series of an answer from disk. Its labels are still bytes, so that answers from several places can be put together without texts.
struct StoredSeries: Sendable {
    var labels: LabelSet
    /// Not empty.
    var columns: SampleColumns

    var seriesColumns: SeriesColumns {
        SeriesColumns(labels: labels, timestamps: columns.timestamps, values: columns.values)
    }
}

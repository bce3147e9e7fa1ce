import PostwatchModel

/// What the variables of a template stand for.
public struct TemplateData: Hashable, Sendable {
    /// `$labels`, `.Labels`
    public var labels: LabelSet
    /// `$value`, `.Value`
    public var value: Double
    /// `$value`, where the sample is a native histogram.
    public var histogram: NativeHistogram?
    /// `$externalLabels`, `.ExternalLabels`
    public var externalLabels: LabelSet
    /// `$externalURL`, `.ExternalURL`
    public var externalURL: String
    /// The time of the evaluation.
    public var moment: Timestamp

    public init(
        labels: LabelSet, value: Double, histogram: NativeHistogram? = nil, externalLabels: LabelSet = LabelSet(), externalURL: String = "",
        moment: Timestamp = Timestamp(milliseconds: 0)
    ) {
        self.labels = labels
        self.value = value
        self.histogram = histogram
        self.externalLabels = externalLabels
        self.externalURL = externalURL
        self.moment = moment
    }
}

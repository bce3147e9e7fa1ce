import PostwatchModel
import PromQL

/// One element of what `query` yields inside a template: `.Labels` and `.Value`.
public struct TemplateSample: Hashable, Sendable {
    /// The metric's name included.
    public let labels: LabelSet
    public let value: Double

    public init(labels: LabelSet, value: Double) {
        self.labels = labels
        self.value = value
    }
}

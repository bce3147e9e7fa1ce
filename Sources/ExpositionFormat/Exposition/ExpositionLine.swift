/// What one line of a page of metrics says. Ranges are bytes of the page.
public enum ExpositionLine: Hashable, Sendable {
    /// A value of one series.
    public struct Sample: Hashable, Sendable {
        /// The metric's name with its labels as written. `ExpositionLabels` reads them.
        public var series: Range<Int>
        /// Never the stale marker: each NaN is `ExpositionNumber.notANumber`.
        public var value: Double
        /// Milliseconds since the epoch; `nil` when the line names no time.
        public var timestamp: Int64?
        /// From the brace of its labels to the end of its line; `ExpositionExemplar` reads it.
        public var exemplar: Range<Int>?
    }

    /// What a comment says of a metric family.
    public struct Comment: Hashable, Sendable {
        public enum Topic: Hashable, Sendable {
            case help, type, unit
        }

        public var topic: Topic
        public var family: Range<Int>
        /// As written, with escapes: `ExpositionLabels.unescaped` resolves them. A quoted family stands without its quotes.
        public var text: Range<Int>
    }

    case sample(Sample)
    case comment(Comment)
}

/// Why two native histograms cannot be brought together.
enum HistogramMismatch: Error, Hashable, Sendable {
    /// One has exponential buckets, the other custom bounds.
    case exponentialWithCustomBounds
}

import PostwatchModel

/// A matcher made ready to be asked about bytes.
struct LabelSelector {
    let name: [UInt8]
    /// Whether a series without the label satisfies the matcher: to Prometheus an absent label is an empty one.
    let matchesAbsence: Bool
    private let matcher: LabelMatcher
    private let value: [UInt8]

    init(_ matcher: LabelMatcher) {
        self.matcher = matcher
        name = Array(matcher.name.utf8)
        value = Array(matcher.value.utf8)
        matchesAbsence = matcher.matches("")
    }

    func matches(_ candidate: UnsafeRawBufferPointer) -> Bool {
        switch matcher.operation {
        case .equal: isValue(candidate)
        case .notEqual: !isValue(candidate)
        case .matches, .doesNotMatch: matcher.matches(String(decoding: candidate, as: UTF8.self))
        }
    }

    /// Whether a series with these label bytes satisfies the matcher.
    func matches(labels: UnsafeRawBufferPointer) -> Bool {
        name.withUnsafeBytes { LabelBytes.value(of: $0, in: labels) }.map { matches($0) } ?? matchesAbsence
    }

    /// The metric that a series must have, when the matchers name exactly one.
    static func metric(of matchers: [LabelMatcher]) -> [UInt8]? {
        matchers.first { $0.name == LabelSet.metricNameLabel && $0.operation == .equal }.map { Array($0.value.utf8) }
    }

    // MARK: - Private

    private func isValue(_ candidate: UnsafeRawBufferPointer) -> Bool {
        value.withUnsafeBytes { LabelBytes.areEqual($0, candidate) }
    }
}

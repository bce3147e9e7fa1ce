/// A word with a meaning of its own. Written in any case; inside braces, and where only a name can stand, it is a name like any other.
enum Keyword: String, Hashable, Sendable, CaseIterable {
    // Operators
    case and, or, unless, atan2
    // Aggregations
    case sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, quantile, limitk
    case countValues = "count_values"
    case limitRatio = "limit_ratio"
    // Modifiers
    case offset, anchored, smoothed, by, without, on, ignoring, bool, fill
    case groupLeft = "group_left"
    case groupRight = "group_right"
    case fillLeft = "fill_left"
    case fillRight = "fill_right"

    /// Whether a metric may have this name without quotes.
    var isMetricName: Bool {
        switch self {
        case .atan2, .on, .ignoring, .bool, .groupLeft, .groupRight, .fill, .fillLeft, .fillRight: false
        case .and, .or, .unless, .sum, .avg, .count, .min, .max, .group, .stddev, .stdvar, .topk, .bottomk, .quantile, .limitk,
            .countValues, .limitRatio, .offset, .anchored, .smoothed, .by, .without:
            true
        }
    }

    /// These came late: they are keywords only before a parenthesis, so that metrics of their names go on working.
    var needsParenthesis: Bool { self == .fill || self == .fillLeft || self == .fillRight }

    /// How Prometheus' error messages write the word.
    var excerpt: String {
        switch self {
        case .and, .or, .unless, .atan2: "<op:\(rawValue)>"
        case .sum, .avg, .count, .min, .max, .group, .stddev, .stdvar, .topk, .bottomk, .quantile, .limitk, .countValues, .limitRatio:
            "<aggr:\(rawValue)>"
        case .offset, .anchored, .smoothed, .by, .without, .on, .ignoring, .bool, .fill, .groupLeft, .groupRight, .fillLeft, .fillRight:
            "<\(rawValue)>"
        }
    }
}

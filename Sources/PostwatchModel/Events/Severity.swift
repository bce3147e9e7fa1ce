/// How serious an event or incident is. The names are those of Prometheus' `severity` label.
public enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Worth knowing; nobody is paged.
    case info
    /// Somebody should look during working hours.
    case warning
    /// Users are affected or soon will be: somebody must act now.
    case critical

    /// Reads a `severity` label. An unknown or missing name counts as `warning`, so that a misspelt rule is still heard.
    public init(label: String?) {
        self = label.flatMap { Severity(rawValue: $0.lowercased()) } ?? .warning
    }

    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

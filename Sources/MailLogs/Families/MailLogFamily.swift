/// A metric as an account reads out: all of its points, also those at 0.
public struct MailLogFamily: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
    }

    /// A name and its value. The value may hold anything that stands in a log, if it is UTF-8.
    public struct Label: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public enum Value: Hashable, Sendable {
        case number(Double)
        case histogram(MailLogHistogram)
    }

    public struct Point: Hashable, Sendable {
        public let labels: [Label]
        public let value: Value
    }

    /// Follows Prometheus' conventions: `postfix_smtpd_connects_total`.
    public let name: String
    public let kind: Kind
    /// One sentence.
    public let help: String
    /// No two have the same labels.
    public let points: [Point]
}

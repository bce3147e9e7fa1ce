import MailClient
import PostwatchModel
import PostwatchRuntime

/// What a journey does, how often, and how long it may take.
public struct JourneyConfiguration: Sendable {
    /// Every kind that the configuration may name.
    public static let kinds: [any JourneyTask.Type] = [
        IMAPTask.self,
        SMTPTask.self,
        InboundTask.self,
        OutboundTask.self,
        RoundTripTask.self,
        NegativeTask.self,
        DNSTask.self,
        POP3Task.self,
        SieveTask.self,
        TCPTask.self,
        TLSTask.self,
        CalDAVTask.self,
        CardDAVTask.self,
        HTTPTask.self,
        WebmailTask.self,
    ]

    /// Lowercase letters, digits and dashes; the `journey` label.
    public var name: String
    public var task: any JourneyTask
    /// Time between two starts. Default: 60 s.
    public var interval: Duration
    /// When a run is given up. Default: that of the task.
    public var timeout: Duration
    /// Names of the nodes that the journey passes through.
    public var path: [String]
    /// The name server to ask; the system's when `nil`.
    public var resolver: Endpoint?
    /// What it takes to count it as down.
    public var confirmation: ConfirmationPolicy
    /// Labels of its series beside `journey`, `kind` and `vantage`: of a cell of a matrix `matrix` and its place on each axis.
    public var labels: LabelSet = [:]

    public init(
        name: String, task: any JourneyTask, interval: Duration = .seconds(60), timeout: Duration? = nil, path: [String] = [],
        resolver: Endpoint? = nil, confirmation: ConfirmationPolicy = ConfirmationPolicy()
    ) {
        self.name = name
        self.task = task
        self.interval = interval
        self.timeout = timeout ?? type(of: task).defaultTimeout
        self.path = path
        self.resolver = resolver
        self.confirmation = confirmation
    }

    /// `imap`.
    public var kind: String { type(of: task).kind }

    // MARK: - Private

    static func isValidName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}

extension JourneyConfiguration: Equatable {
    public static func == (left: JourneyConfiguration, right: JourneyConfiguration) -> Bool {
        left.name == right.name && AnyHashable(left.task) == AnyHashable(right.task) && left.interval == right.interval
            && left.timeout == right.timeout && left.path == right.path && left.resolver == right.resolver
            && left.confirmation == right.confirmation && left.labels == right.labels
    }
}

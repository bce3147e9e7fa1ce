/// What happened when a journey was run once: its timed steps, in order, and how it ended.
public struct JourneyRun: Hashable, Sendable, Codable {
    /// One timed phase.
    public struct Step: Hashable, Sendable, Codable {
        /// The protocol whose phase this is: `smtp`, `imap`, or `delivery` for the wait between acceptance and arrival.
        public let wire: String
        /// `connect`, `tls`, `auth`, `select`: the names of `probe_<wire>_duration_seconds{phase=…}`.
        public let phase: String
        /// From the start of the run to the start of this step.
        public let offset: Duration
        public let duration: Duration
        /// What went wrong in this step; `nil` when it went well.
        public let failure: String?

        public init(wire: String, phase: String, offset: Duration, duration: Duration, failure: String? = nil) {
            self.wire = wire
            self.phase = phase
            self.offset = offset
            self.duration = duration
            self.failure = failure
        }
    }

    /// A figure that a run tells beside its times; one series each.
    public struct Figure: Hashable, Sendable, Codable {
        /// The whole name of the metric, unit included: `probe_tls_version_info`.
        public let name: String
        /// Those that it has beside the run's.
        public let labels: LabelSet
        public let value: Double

        public init(_ name: String, _ labels: LabelSet = [:], value: Double) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    public let journey: String
    /// `imap`, `smtp`, `inbound`.
    public let kind: String
    public let vantage: String
    /// Labels that its series carry beside `journey`, `kind` and `vantage`: `component` and `instance` of a node check.
    public let labels: LabelSet
    public let startedAt: Timestamp
    public let duration: Duration
    public let steps: [Step]
    /// One sentence that an operator can act on; `nil` when the run succeeded.
    public let failure: String?
    /// When the first certificate of the chain that was shown ends.
    public let certificateExpiry: Timestamp?
    /// No two of the same name with the same labels.
    public let figures: [Figure]

    /// The way of the message that the run sent; `nil` when it sent none, or nobody accepted it.
    public var passage: ProbePassage?

    public init(
        journey: String, kind: String, vantage: String, labels: LabelSet = [:], startedAt: Timestamp, duration: Duration,
        steps: [Step], failure: String?, certificateExpiry: Timestamp? = nil, figures: [Figure] = [], passage: ProbePassage? = nil
    ) {
        self.journey = journey
        self.kind = kind
        self.vantage = vantage
        self.labels = labels
        self.startedAt = startedAt
        self.duration = duration
        self.steps = steps
        self.failure = failure
        self.certificateExpiry = certificateExpiry
        self.figures = figures
        self.passage = passage
    }

    public var isSuccess: Bool { failure == nil }
}

import PostwatchModel

/// What the last runs of one journey from one vantage say about the places that it passes through.
public struct JourneyEvidence: Hashable, Sendable {
    public let journey: String
    /// `nil` before the first run.
    public let vantage: String?
    /// The matrix that the journey is a cell of.
    public let matrix: String?
    /// Names of the nodes that it passes through, in order.
    public let path: [String]
    /// What else sets it apart from other cells, by label: its account, its address family.
    public let traits: [String: String]
    /// When its newest run began; `nil` before the first.
    public let lastStartedAt: Timestamp?
    /// When the first of the failed runs began that have not been outweighed yet; `nil` while all is well.
    public let failingSince: Timestamp?
    /// Whether repeats have confirmed what the last runs say. One failed run may be a blip.
    public let isConfirmed: Bool

    /// - Parameter isConfirmed: default: `true`.
    public init(
        journey: String, vantage: String? = nil, matrix: String? = nil, path: [String], traits: [String: String] = [:],
        lastStartedAt: Timestamp? = nil, failingSince: Timestamp? = nil, isConfirmed: Bool = true
    ) {
        self.journey = journey
        self.vantage = vantage
        self.matrix = matrix
        self.path = path
        self.traits = traits
        self.lastStartedAt = lastStartedAt
        self.failingSince = failingSince
        self.isConfirmed = isConfirmed
    }

    public var isFailing: Bool { failingSince != nil }
}

/// What a vantage tells of a journey after each run: the run, and what the receiver must know of the journey itself.
public struct JourneyReport: Hashable, Sendable, Reportable {
    public static let reportType = "journey"

    public let run: JourneyRun
    /// Names of the nodes that the journey passes through, in order.
    public let path: [String]
    /// The time between two starts.
    public let interval: Duration
    /// What the vantage makes of its last runs; `nil` when it does not say.
    public let state: JourneyState?
    /// When the first of its failed runs began that have not been outweighed yet; `nil` while all is well.
    public let failingSince: Timestamp?

    public init(
        run: JourneyRun, path: [String], interval: Duration, state: JourneyState? = nil, failingSince: Timestamp? = nil
    ) {
        self.run = run
        self.path = path
        self.interval = interval
        self.state = state
        self.failingSince = failingSince
    }

    /// Whether it is as a journey makes them: a stranger's may have any size.
    public var isPlausible: Bool {
        path.count <= ReportBounds.mostParts && path.allSatisfy(ReportBounds.isName) && interval >= .milliseconds(1)
            && ReportBounds.isDuration(interval) && run.isPlausible
    }
}

extension JourneyRun {
    fileprivate var isPlausible: Bool {
        let names = [journey, kind, vantage] + steps.flatMap { [$0.wire, $0.phase] } + figures.map(\.name)
        let sentences = ([failure] + steps.map(\.failure)).compactMap(\.self)
        let durations = [duration] + steps.flatMap { [$0.offset, $0.duration] }
        return !journey.isEmpty && names.allSatisfy(ReportBounds.isName) && steps.count <= ReportBounds.mostParts
            && figures.count <= ReportBounds.mostParts && (figures.map(\.labels) + [labels]).allSatisfy(\.isShort)
            && sentences.allSatisfy { $0.utf8.count <= ReportBounds.longestText } && durations.allSatisfy(ReportBounds.isDuration)
            && passage?.isPlausible ?? true
    }
}

extension LabelSet {
    fileprivate var isShort: Bool { bytes.count <= ReportBounds.longestText }
}

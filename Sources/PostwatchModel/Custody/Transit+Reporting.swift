extension Transit: Reportable {
    public static let reportType = "transit"

    /// Whether it is as an agent makes them: a stranger's may have any size. Its record has 35 KB at most.
    public var isPlausible: Bool {
        [node, instance, queueID, probe].allSatisfy(ReportBounds.isPlace) && !node.isEmpty && !probe.isEmpty
            && attempts.count <= Self.mostAttempts && (attempts.count...1 << 40).contains(attemptCount)
            && ReportBounds.isDuration(resolution) && attempts.allSatisfy(\.isPlausible)
    }
}

extension Transit.Attempt {
    fileprivate var isPlausible: Bool {
        let durations = stages.map { [$0.beforeQueueManager, $0.queueManager, $0.connectionSetup, $0.transmission] } ?? []
        return ReportBounds.isPlace(relay) && ReportBounds.isPrintable(reply, atMost: ReportBounds.longestLoggedReply)
            && ReportBounds.isPlace(nextQueueID ?? "") && durations.allSatisfy(ReportBounds.isDuration)
    }
}

extension ProbePassage {
    /// Whether it is as a journey makes them: a stranger's may have any size. Its record has 70 KB at most.
    public var isPlausible: Bool {
        let names = [probe, journey, vantage, acceptedBy, queueID ?? "", mailbox] + phases.map(\.name)
        return names.allSatisfy(ReportBounds.isPlace) && !probe.isEmpty
            && [reply, reason ?? ""].allSatisfy { ReportBounds.isPrintable($0, atMost: ReportBounds.longestReply) }
            && phases.count <= ReportBounds.mostHops
            && phases.allSatisfy { ReportBounds.isDuration($0.duration) } && marks.count <= ReportBounds.mostHops
            && marks.allSatisfy { ReportBounds.isPlace($0.host) && ReportBounds.isPlace($0.queueID ?? "") }
    }
}

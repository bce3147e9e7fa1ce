extension Transit: Reportable {
    public static let reportType = "transit"

    /// Whether it is as an agent makes them: a stranger's may have any size.
    public var isPlausible: Bool {
        let texts = [node, instance, queueID, probe]
        return texts.allSatisfy { $0.utf8.count <= ReportBounds.longestName } && !node.isEmpty && !probe.isEmpty
            && attempts.count <= Self.mostAttempts && (attempts.count...1 << 40).contains(attemptCount)
            && ReportBounds.isDuration(resolution) && attempts.allSatisfy(\.isPlausible)
    }
}

extension Transit.Attempt {
    fileprivate var isPlausible: Bool {
        let durations = stages.map { [$0.beforeQueueManager, $0.queueManager, $0.connectionSetup, $0.transmission] } ?? []
        return relay.utf8.count <= ReportBounds.longestText && reply.utf8.count <= ReportBounds.longestText
            && (nextQueueID?.utf8.count ?? 0) <= ReportBounds.longestName && durations.allSatisfy(ReportBounds.isDuration)
    }
}

extension ProbePassage {
    /// Whether it is as a journey makes them: a stranger's may have any size.
    public var isPlausible: Bool {
        let names = [probe, journey, vantage, acceptedBy, queueID ?? "", mailbox] + phases.map(\.name)
        return names.allSatisfy { $0.utf8.count <= ReportBounds.longestName } && !probe.isEmpty
            && reply.utf8.count <= ReportBounds.longestText && phases.count <= ReportBounds.mostParts
            && phases.allSatisfy { ReportBounds.isDuration($0.duration) } && marks.count <= ReportBounds.mostParts
            && marks.allSatisfy {
                $0.host.utf8.count <= ReportBounds.longestName && ($0.queueID?.utf8.count ?? 0) <= ReportBounds.longestName
            }
    }
}

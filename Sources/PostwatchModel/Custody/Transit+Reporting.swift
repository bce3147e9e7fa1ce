extension Transit: Reportable {
    public static let reportType = "transit"

    /// Whether it is as an agent makes them: a stranger's may have any size.
    public var isPlausible: Bool {
        let texts = [node, instance, queueID, probe]
        return texts.allSatisfy { $0.utf8.count <= CustodyBounds.longestName } && !node.isEmpty && !probe.isEmpty
            && attempts.count <= Self.mostAttempts && (attempts.count...1 << 40).contains(attemptCount)
            && CustodyBounds.isDuration(resolution) && attempts.allSatisfy(\.isPlausible)
    }
}

extension Transit.Attempt {
    fileprivate var isPlausible: Bool {
        let durations = stages.map { [$0.beforeQueueManager, $0.queueManager, $0.connectionSetup, $0.transmission] } ?? []
        return relay.utf8.count <= CustodyBounds.longestText && reply.utf8.count <= CustodyBounds.longestText
            && (nextQueueID?.utf8.count ?? 0) <= CustodyBounds.longestName && durations.allSatisfy(CustodyBounds.isDuration)
    }
}

extension ProbePassage {
    /// Whether it is as a journey makes them: a stranger's may have any size.
    public var isPlausible: Bool {
        let names = [probe, journey, vantage, acceptedBy, queueID ?? "", mailbox] + phases.map(\.name)
        return names.allSatisfy { $0.utf8.count <= CustodyBounds.longestName } && !probe.isEmpty
            && reply.utf8.count <= CustodyBounds.longestText && phases.count <= CustodyBounds.mostParts
            && phases.allSatisfy { CustodyBounds.isDuration($0.duration) } && marks.count <= CustodyBounds.mostParts
            && marks.allSatisfy {
                $0.host.utf8.count <= CustodyBounds.longestName && ($0.queueID?.utf8.count ?? 0) <= CustodyBounds.longestName
            }
    }
}

/// What reports may hold.
private enum CustodyBounds {
    static let longestName = 512
    static let longestText = 2048
    static let mostParts = 100
    private static let longestDuration = Duration.seconds(30 * 86_400)

    static func isDuration(_ duration: Duration) -> Bool { duration >= .zero && duration <= longestDuration }
}

import PostwatchModel

/// How long triage waits, and whom it tells. Read from `route`, in Alertmanager's words.
public struct TriagePolicy: Hashable, Sendable {
    /// Name of the receiver that every page goes to.
    public var receiver: String?
    /// How long a new incident gathers related events before anybody is paged. Default: 30 s.
    public var groupWait: Duration = .seconds(30)
    /// How much longer an incident waits of which only journeys complain: the check of the node that is to blame may be about to fail,
    /// and a page that names the place is worth more than one a moment earlier. Default: 15 s.
    public var locateWait: Duration = .seconds(15)
    /// How long after its opening an incident takes in whatever may have the same cause. Later it takes in only what its cause explains:
    /// another trouble is another incident. Default: 3 min.
    public var joinWindow: Duration = .seconds(180)
    /// How long everything must have been well before an incident counts as resolved. Default: 30 s.
    public var resolveWait: Duration = .seconds(30)
    /// Incidents below this severity are recorded and shown, but nobody is paged. Default: warning.
    public var minimumSeverity: Severity = .warning

    public init() {}

    /// Reads `route`. Without a receiver incidents are recorded and nobody is told.
    public init(_ section: ConfigurationSection) {
        receiver = section.text("receiver")
        groupWait = section.duration("group_wait", default: groupWait)
        locateWait = section.duration("locate_wait", default: locateWait)
        joinWindow = section.duration("join_window", default: joinWindow)
        resolveWait = section.duration("resolve_wait", default: resolveWait)
        minimumSeverity = section.choice("minimum_severity", of: Severity.self) ?? minimumSeverity
    }
}

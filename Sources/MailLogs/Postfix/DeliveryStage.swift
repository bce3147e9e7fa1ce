/// The four parts of `delays=a/b/c/d`. Source: Postfix, postconf(5), delay_logging_resolution_limit.
public enum DeliveryStage: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case beforeQueueManager, queueManager, connectionSetup, transmission

    /// The value of the label `stage`.
    public var label: String {
        switch self {
        case .beforeQueueManager: "before_queue_manager"
        case .queueManager: "queue_manager"
        case .connectionSetup: "connection_setup"
        case .transmission: "transmission"
        }
    }
}

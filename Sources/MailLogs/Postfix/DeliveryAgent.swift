/// The programs of Postfix that deliver, as their lines name them.
public enum DeliveryAgent: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case smtp, lmtp, local, virtual, pipe, error, retry, discard, qmgr, other

    /// The value of the label `service`.
    public var label: String { "\(self)" }

    init(_ daemon: PostfixDaemon) {
        self =
            switch daemon {
            case .smtp: .smtp
            case .lmtp: .lmtp
            case .local: .local
            case .virtual: .virtual
            case .pipe: .pipe
            case .error: .error
            case .retry: .retry
            case .discard: .discard
            case .qmgr: .qmgr
            default: .other
            }
    }

    /// Those whose delays are measured: they really deliver.
    static let measured: [DeliveryAgent] = [.smtp, .lmtp, .local, .virtual, .pipe]
}

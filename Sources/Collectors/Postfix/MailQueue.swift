/// The queues of Postfix that `showq` lists. Source: Postfix, QSHAPE_README.
enum MailQueue: String, Hashable, Sendable, CaseIterable {
    /// Being delivered.
    case active
    /// Put off until a later try.
    case deferred
    /// Set aside by an administrator or a policy.
    case hold
    /// Arrived, not yet taken up by the queue manager.
    case incoming
    /// Handed in by programs on this machine, not yet picked up.
    case maildrop

    /// Where it stands among all cases.
    var index: Int {
        switch self {
        case .active: 0
        case .deferred: 1
        case .hold: 2
        case .incoming: 3
        case .maildrop: 4
        }
    }
}

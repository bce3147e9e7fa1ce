/// What a listing of the queue said about the ledger.
public struct QueueComparison: Hashable, Sendable {
    /// Messages that both know.
    public internal(set) var found = 0
    /// Messages in the queue whose lines the ledger never saw: they were there before the log began.
    public internal(set) var fromBefore = 0
    /// Messages that this listing made vanish: the second in a row that does not have them. `MailLogAccount.lostMessages` names them.
    public internal(set) var vanished = 0

    public init(found: Int = 0, fromBefore: Int = 0, vanished: Int = 0) {
        self.found = found
        self.fromBefore = fromBefore
        self.vanished = vanished
    }
}

/// One line of a ManageSieve server, literals included.
public enum SieveLine: Hashable, Sendable {
    /// Part of an answer; during an authentication a challenge, which the server wants answered.
    case data(SieveData)
    /// The end of an answer; its own `data` is empty.
    case end(SieveReply)
}

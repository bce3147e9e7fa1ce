/// How much an account may hold. What does not fit is counted under `other`, or leaves the account and is counted.
public struct MailLogLimits: Hashable, Sendable {
    /// Messages in the ledger at once. > 0. One takes about 70 bytes.
    public var messages = 390_000
    /// Domains of senders and recipients of those messages. One takes about 80 bytes.
    public var domains = 65_536
    /// Domains of recipients with counters of their own. > 0.
    public var destinations = 1000
    /// Names of hosts. At most 65,536.
    public var hosts = 1000
    /// Names of programs, as they stand in front of lines.
    public var programs = 300
    /// Instances of Postfix. At most 255.
    public var instances = 60

    public init() {}
}

/// How one check went.
public struct IdentityVerdict: Hashable, Sendable {
    public let check: IdentityCheck
    /// What was looked at: the domain, a mail exchanger, an address, a selector.
    public let subject: String
    /// What was found and what to write instead; `nil` when all is well.
    public let fault: String?

    public var isGood: Bool { fault == nil }
}

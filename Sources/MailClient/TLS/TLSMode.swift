/// When a connection becomes encrypted.
public enum TLSMode: String, Hashable, Sendable, CaseIterable {
    /// From the first byte on, as on the ports 993 and 465.
    case implicit
    /// By STARTTLS, which the server must offer.
    case starttls
    /// Never.
    case none
    /// By STARTTLS when the server offers it, whatever its certificate: the way in which mail servers talk to each other.
    case opportunistic
}

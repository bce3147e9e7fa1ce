/// A form of a page with what a browser would send of it if nobody filled it in.
public struct HTMLForm: Hashable, Sendable {
    /// Where it is sent to, as the page writes it; empty: to the page's own address.
    public let action: String
    /// `GET` or `POST`.
    public let method: String
    public let fields: [HTTPFields.Field]
}

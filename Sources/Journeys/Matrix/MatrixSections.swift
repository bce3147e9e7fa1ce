import PostwatchModel

/// Where a matrix puts what it varies: the sections of a journey that have its server, its account and the addresses on its messages.
public struct MatrixSections: Hashable, Sendable {
    /// How a section says where to connect.
    public enum Naming: Hashable, Sendable {
        /// `server` names it, `address` is the one of its addresses to go to. Certificates are for the name.
        case server
        /// `url` names it; `server` or `address` say where to connect instead of where its name leads.
        case url
        /// `server` is an address itself.
        case address
    }

    public var server: String
    public var naming = Naming.server
    /// Takes the keys of an account that belong nowhere else; `nil`: the journey signs in nowhere.
    public var account: String?
    /// Those in which the account signs in; of these those that the journey has.
    public var logins: [String]
    /// Takes `from` and `to`; `nil`: as any other key of an account.
    public var envelope: String?
    /// Whether its servers may be mail exchangers.
    public var takesExchangers = false

    /// For a journey with one section, which has everything.
    public init(_ section: String) {
        server = section
        account = section
        logins = [section]
    }

    public init(
        server: String, naming: Naming = .server, account: String?, logins: [String] = [], envelope: String? = nil,
        takesExchangers: Bool = false
    ) {
        self.server = server
        self.naming = naming
        self.account = account
        self.logins = logins
        self.envelope = envelope
        self.takesExchangers = takesExchangers
    }

    /// Sections that an entry of the matrix may have by their names, for keys that belong there.
    var names: Set<String> {
        Set([server, account, envelope].compactMap(\.self) + logins + ["smtp", "imap", "submission", "bounces", "receiver"])
    }
}

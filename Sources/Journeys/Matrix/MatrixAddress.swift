/// An address that a name server gave for a server of a matrix.
public struct MatrixAddress: Hashable, Sendable {
    public enum Family: String, Hashable, Sendable, CaseIterable {
        case ipv4, ipv6
    }

    /// Without brackets.
    public let text: String
    public var family: Family { text.contains(":") ? .ipv6 : .ipv4 }

    public init(_ text: String) {
        self.text = text
    }
}

/// What name servers say about the servers of a matrix.
public struct MatrixNames: Hashable, Sendable {
    /// Host names of the mail exchangers, sorted.
    public var exchangers: [String]
    /// Of each host that could be resolved, sorted.
    public var addresses: [String: [MatrixAddress]]
    /// Hosts for which no name server has told whether they exist, and why.
    public var failures: [String: String] = [:]

    public init(exchangers: [String] = [], addresses: [String: [MatrixAddress]] = [:]) {
        self.exchangers = exchangers
        self.addresses = addresses
    }

    /// With what was known before of the hosts of which no name server tells now: one that is out of order ends nothing that is watched.
    public func recalling(_ earlier: [String: [MatrixAddress]]) -> MatrixNames {
        var names = self
        for host in failures.keys { names.addresses[host] = earlier[host] }
        return names
    }
}

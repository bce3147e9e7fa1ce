/// What may be to blame for failing cells of a matrix.
public enum Suspect: Hashable, Sendable {
    case node(String)
    /// The way from one node to the next.
    case link(from: String, to: String)
    /// What cells have in common beside the nodes: an account, a vantage, an address family.
    case trait(label: String, value: String)

    /// How much it takes to believe in it: nodes break more often than what they share.
    var cost: Double {
        switch self {
        case .node: 1
        case .trait: 1.3
        case .link: 1.6
        }
    }

    var nodes: [String] {
        switch self {
        case .node(let name): [name]
        case .link(let from, let to): [from, to]
        case .trait: []
        }
    }
}

extension Suspect: CustomStringConvertible {
    /// `mailstore-2`, `between imap-proxy-1 and mailstore-2`, `account shard-2`.
    public var description: String {
        switch self {
        case .node(let name): name
        case .link(let from, let to): "between \(from) and \(to)"
        case .trait(let label, let value): "\(label) \(value)"
        }
    }
}

extension Suspect: Comparable {
    public static func < (left: Suspect, right: Suspect) -> Bool {
        (left.cost, left.description) < (right.cost, right.description)
    }
}

/// A plain value of the kinds that JSON has, as a tree of syntax is told to other programs.
public enum SyntaxValue: Hashable, Sendable, Encodable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Always finite: JSON has no other numbers.
    case number(Double)
    case text(String)
    indirect case list([SyntaxValue])
    indirect case object([String: SyntaxValue])

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// The member of an object; `nil` when there is none.
    public subscript(name: String) -> SyntaxValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}

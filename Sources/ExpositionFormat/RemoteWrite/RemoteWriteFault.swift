/// What is wrong with the bytes of a remote-write request; `at` counts bytes of the decompressed request.
public enum RemoteWriteFault: Error, Hashable, Sendable {
    /// The request ends inside of a field that begins at or behind `at`.
    case truncated(at: Int)
    case overlongVarint(at: Int)
    case unknownWireType(UInt8, at: Int)
    case invalidFieldNumber(at: Int)
    case unbalancedGroup(at: Int)
    /// Remote write 2.0: the table of texts does not begin with the empty one, so every reference may mean another text.
    case firstSymbolNotEmpty(at: Int)
    /// Remote write 2.0: the labels of a series or an exemplar are not pairs of a name and a value.
    case unpairedReference(count: Int, at: Int)
    /// Remote write 2.0: a reference points behind the table, which has `symbols` texts.
    case unknownSymbol(UInt32, symbols: Int, at: Int)
    /// Remote write 2.0: with every reference replaced by its text the request has more than `limit` bytes.
    case unfoldsTooFar(limit: Int)
}

extension RemoteWriteFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let at): "the request ends inside the field at byte \(at)"
        case .overlongVarint(let at): "the number at byte \(at) has more than 64 bits"
        case .unknownWireType(let type, let at): "the field at byte \(at) has the unknown wire type \(type)"
        case .invalidFieldNumber(let at): "the field at byte \(at) has no valid number"
        case .unbalancedGroup(let at): "the group at byte \(at) does not end as it began"
        case .firstSymbolNotEmpty(let at): "the first symbol, at byte \(at), must be the empty text"
        case .unpairedReference(let count, let at):
            "the labels at byte \(at) have \(count) references to symbols; names and values come in pairs"
        case .unknownSymbol(let reference, let symbols, let at):
            "the message at byte \(at) refers to symbol \(reference), but the request has \(symbols) symbols, counted from 0"
        case .unfoldsTooFar(let limit):
            "with every reference replaced by its text the request has more than \(limit) bytes; send fewer series at once"
        }
    }
}
